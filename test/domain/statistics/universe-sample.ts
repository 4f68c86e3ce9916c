/**
 * Samples of the local exchange without a recording: one price per market, an hour before the close that was first
 * announced, and how the market ended. The exchange is calibrated by design, so the truth about its prices is known.
 */
import { RELATION } from "../../../src/domain/statistics/consistency.ts"
import type { Random } from "../../../src/domain/statistics/random.ts"
import { type Row, type Sample, sampleOf } from "../../../src/domain/statistics/sample.ts"
import { DAY, HOUR, usOfMs } from "../../../src/simulator/universe/instant.ts"
import { eventsSince } from "../../../src/simulator/universe/lookup.ts"
import { movesAt } from "../../../src/simulator/universe/moves.ts"
import { bookAfter } from "../../../src/simulator/universe/quotes.ts"
import { NO_ASK, NO_BID } from "../../../src/simulator/universe/ticks.ts"
import { makeUniverse } from "../../../src/simulator/universe/universe.ts"

export interface UniverseSample {
  readonly sample: Sample
  readonly relation: Uint8Array
}

interface Priced extends Row {
  readonly relation: number
}

const END = usOfMs(Date.parse("2026-11-22T12:00:00Z"))

/** Returns all markets but combos that closed in the given days and ended in yes or no. */
const priced = (seed: number, markets: number, days: number): ReadonlyArray<Priced> =>
  makeUniverse(seed, markets)
    .series.flatMap(({ lanes }) => lanes)
    .flatMap((lane) => eventsSince(lane, END - days * DAY, END))
    .flatMap((event) =>
      event.markets.flatMap((market) => {
        const { closeUs, combo, listedCloseUs, openUs, outcome } = market
        const asked = listedCloseUs - HOUR
        if (combo || outcome.result === "scalar" || closeUs > END || closeUs < END - days * DAY) return []
        if (asked < openUs || asked >= closeUs) return []
        const { ask, bid } = bookAfter(market, movesAt(market, asked))
        if (bid === NO_BID && ask === NO_ASK) return []
        return [
          {
            forecast: (bid + ask) / 2 / NO_ASK,
            outcome: outcome.result === "yes" ? (1 as const) : (0 as const),
            cluster: event.ticker,
            relation: event.exclusive ? RELATION.exclusive : RELATION.alone
          }
        ]
      })
    )

const sampled = (rows: ReadonlyArray<Priced>): UniverseSample => ({
  sample: sampleOf(rows),
  relation: Uint8Array.from(rows, ({ relation }) => relation)
})

export const universeSample = (seed: number, markets: number, days = 3): UniverseSample =>
  sampled(priced(seed, markets, days))

/**
 * Returns the same prices with other outcomes: YES comes true with the probability price + bias(price). Exclusive
 * markets of an event share one random number, so their outcomes depend on each other as before.
 */
export const biasedSample = (
  { relation, sample }: UniverseSample,
  bias: (forecast: number) => number,
  random: Random
): UniverseSample => {
  const shared = new Map<number, { readonly at: number; from: number }>()
  const outcome = sample.forecast.map((forecast, row) => {
    const probability = forecast + bias(forecast)
    if (relation[row] !== RELATION.exclusive) return random() < probability ? 1 : 0
    const cluster = sample.cluster[row] ?? -1
    const drawn = shared.get(cluster) ?? { at: random(), from: 0 }
    shared.set(cluster, drawn)
    const before = drawn.from
    drawn.from += probability
    return Math.floor(drawn.from - drawn.at) > Math.floor(before - drawn.at) ? 1 : 0
  })
  return { sample: { ...sample, outcome }, relation }
}

/** Keeps the rows whose forecast is in a range. */
export const between = ({ relation, sample }: UniverseSample, low: number, high: number): UniverseSample => {
  const rows = Array.from(sample.forecast, (forecast, row) => ({
    forecast,
    outcome: sample.outcome[row] === 1 ? (1 as const) : (0 as const),
    cluster: String(sample.cluster[row]),
    relation: relation[row] ?? RELATION.alone
  }))
  return sampled(rows.filter(({ forecast }) => forecast >= low && forecast <= high))
}
