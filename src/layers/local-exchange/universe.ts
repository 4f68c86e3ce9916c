/**
 * The whole simulated exchange as a pure function of (seed, number of markets, time): no clock, no state, nothing
 * remembered between questions. The server answers from it, and tests compare what was recorded with it.
 */
import { DAY, type Us, usOfMs } from "./instant.ts"
import { createdAt, generationAt, type Lane, layLanes, opensAt, type Series } from "./lanes.ts"
import { type EventStory, eventOf, longestAfterlife, type MarketStory, statusAt } from "./life.ts"
import { draftAt } from "./market-json.ts"
import { dollars } from "./ticks.ts"
import { type MarketJson, type MarketResult, withoutAbsent } from "./wire.ts"

export interface Settled {
  readonly ticker: string
  readonly eventTicker: string
  readonly combo: boolean
  /** Milliseconds since 1970, UTC; the wire's `settlement_ts` has the microseconds. */
  readonly settledAtMs: number
  readonly result: MarketResult
  /** What one YES pays, as the wire says it. */
  readonly valueDollars: string
}

export interface Universe {
  readonly series: ReadonlyArray<Series>
  /** Every market with status `active`, combos included (`combo` tells them). */
  readonly openAt: (ms: number) => ReadonlyArray<MarketStory>
  /** The market's object as a single `/markets/{ticker}` would show it; undefined before its creation. */
  readonly marketAt: (ticker: string, ms: number) => MarketJson | undefined
  /** Markets finalized at or after `fromMs` and before `toMs`, in order of settlement. */
  readonly settledBetween: (fromMs: number, toMs: number) => ReadonlyArray<Settled>
  /** Markets settled before this are in the archive: not listed, and 404. Rolls at midnight UTC. */
  readonly cutoffAt: (ms: number) => number
}

/** The live tier keeps settled markets one to two days. The exchange keeps 60: too many to hold here. */
export const KEPT_SETTLED: Us = DAY

export const cutoffUs = (at: Us): Us => Math.floor((at - KEPT_SETTLED) / DAY) * DAY

/** The lane's newest generation created by this time. */
export const newestAt = (lane: Lane, at: Us): number => {
  // Created ahead of its opening, but never by more than half a period and some minutes: at most one ahead.
  let generation = generationAt(lane, at) + 2
  while (createdAt(lane, generation) > at) generation--
  return generation
}

/** Events of the lane created by `at` that may have a market unsettled at `since`, newest first. */
export const eventsSince = (lane: Lane, since: Us, at: Us): ReadonlyArray<EventStory> => {
  const events: Array<EventStory> = []
  for (let g = newestAt(lane, at); opensAt(lane, g + 1) + longestAfterlife(lane) >= since; g--) {
    events.push(eventOf(lane, g))
  }
  return events
}

export const makeUniverse = (seed: number, markets: number): Universe => {
  const series = layLanes(seed, markets)
  const byTicker = new Map(series.map((one) => [one.ticker, one]))

  const openAt = (ms: number): ReadonlyArray<MarketStory> => {
    const at = usOfMs(ms)
    const open: Array<MarketStory> = []
    for (const { lanes } of series) {
      for (const lane of lanes) {
        const now = generationAt(lane, at)
        // A close that was put off reaches at most a day into the generations after it.
        for (let g = now; g >= now - Math.ceil(DAY / lane.period); g--) {
          for (const market of eventOf(lane, g).markets)
            if (statusAt(market, at) === "active") open.push(market)
        }
      }
    }
    return open
  }

  const marketAt = (ticker: string, ms: number): MarketJson | undefined => {
    const at = usOfMs(ms)
    for (const lane of byTicker.get(ticker.slice(0, ticker.indexOf("-")))?.lanes ?? []) {
      for (const event of eventsSince(lane, cutoffUs(at), at)) {
        if (!ticker.startsWith(`${event.ticker}-`)) continue
        const market = event.markets.find((one) => one.ticker === ticker && one.createdUs <= at)
        if (market !== undefined) return withoutAbsent<MarketJson>(draftAt(market, at))
      }
    }
    return undefined
  }

  const settledBetween = (fromMs: number, toMs: number): ReadonlyArray<Settled> => {
    const [from, to] = [usOfMs(fromMs), usOfMs(toMs)]
    return series
      .flatMap(({ lanes }) => lanes)
      .flatMap((lane) => eventsSince(lane, from, to))
      .flatMap((event) => event.markets)
      .filter((market) => market.finalizedUs >= from && market.finalizedUs < to)
      .sort((a, b) => a.finalizedUs - b.finalizedUs)
      .map((market) => ({
        ticker: market.ticker,
        eventTicker: market.event.ticker,
        combo: market.combo,
        settledAtMs: market.finalizedUs / 1000,
        result: market.outcome.result,
        valueDollars: dollars(market.outcome.value)
      }))
  }

  return { series, openAt, marketAt, settledBetween, cutoffAt: (ms) => cutoffUs(usOfMs(ms)) / 1000 }
}
