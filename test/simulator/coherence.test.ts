/**
 * Properties of the simulated prices: those of exclusive markets add up, and markets come true as often as
 * their price says.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { usOfMs } from "../../src/simulator/universe/instant.ts"
import type { MarketStory } from "../../src/simulator/universe/life.ts"
import { statusAt } from "../../src/simulator/universe/market-state.ts"
import { movesAt } from "../../src/simulator/universe/moves.ts"
import { bookAfter } from "../../src/simulator/universe/quotes.ts"
import { makeUniverse } from "../../src/simulator/universe/universe.ts"
import type { EventJson, MarketJson } from "../../src/simulator/wire/wire.ts"
import { exchange, json, NOON } from "./support.ts"

const DAY = 86_400_000
const seeds = fc.integer({ min: 0, max: 2 ** 31 })
const moments = fc.integer({ min: NOON - 40 * DAY, max: NOON + 400 * DAY })

/** Prices in dollars; a side without orders is bounded by the end of the scale. */
const midpoint = (market: MarketStory, ms: number): number => {
  const { ask, bid } = bookAfter(market, movesAt(market, usOfMs(ms)))
  return (bid + ask) / 20_000
}

/** The open markets, by the exclusive events that they belong to. */
const exclusives = (markets: ReadonlyArray<MarketStory>) =>
  new Map(
    markets
      .flatMap(({ event }) => (event.exclusive ? [[event.ticker, event.markets] as const] : []))
      .reverse()
  )

describe("events with exactly one winning market", () => {
  it("have one winner, and prices that add up to about a dollar at any time", () => {
    fc.assert(
      fc.property(seeds, moments, (seed, ms) => {
        const open = makeUniverse(seed, 500).openAt(ms)
        const events = exclusives(open)
        assert.isAbove(events.size, 20)
        for (const [ticker, markets] of events) {
          assert.isAbove(markets.length, 1, ticker)
          assert.strictEqual(markets.filter(({ outcome }) => outcome.result === "yes").length, 1, ticker)
          assert.strictEqual(
            markets.filter(({ firstResult }) => firstResult.result === "yes").length,
            1,
            ticker
          )
          assert.isTrue(markets.every(({ outcome }) => outcome.result !== "scalar"))
          // They open, pause and close together, so a listing of open markets has all of them or none.
          assert.strictEqual(new Set(markets.map((market) => statusAt(market, usOfMs(ms)))).size, 1, ticker)
          const sum = markets.reduce((all, market) => all + midpoint(market, ms), 0)
          assert.closeTo(sum, 1, 0.15, ticker)
        }
      }),
      { numRuns: 25 }
    )
  })

  it.scopedLive("are marked as exclusive in the answers, and no others are", () =>
    Effect.gen(function* () {
      const x = yield* exchange()
      const claimed = (status: string) =>
        Effect.map(
          json<{
            readonly events: ReadonlyArray<EventJson & { readonly markets: ReadonlyArray<MarketJson> }>
          }>(x, `/events?with_nested_markets=true&limit=200&status=${status}`),
          ({ events }) => events.filter((event) => event.mutually_exclusive)
        )
      const open = yield* claimed("open")
      assert.sameMembers(
        open.map(({ event_ticker }) => event_ticker),
        [...exclusives(x.universe.openAt(NOON)).keys()]
      )
      const over = (yield* claimed("settled")).filter(({ markets }) =>
        markets.every(({ status }) => status === "finalized")
      )
      assert.isAbove(over.length, 5)
      for (const { event_ticker, markets } of over) {
        assert.isAbove(markets.length, 1, event_ticker)
        assert.strictEqual(markets.filter(({ result }) => result === "yes").length, 1, event_ticker)
      }
    })
  )
})

describe("a price", () => {
  it("matches the share of markets that come true, early and late, in every band and under every seed", () => {
    const shares = [0, 0.5, 0.9, 1]
    // With this many tests, each of some bands, a deviation of four standard errors occurs once in about ten
    // thousand runs.
    for (const seed of [1, 2, 3]) {
      const universe = makeUniverse(seed, 12_000)
      const markets = universe.openAt(NOON)
      for (const share of shares) {
        const bands = Array.from({ length: 5 }, () => ({ n: 0, off: 0, variance: 0 }))
        for (const market of markets) {
          const moves = movesAt(market, market.openUs + Math.floor((market.closeUs - market.openUs) * share))
          const worth = market.fairAfter(moves)
          const band = bands[Math.min(4, Math.floor(worth * 5))]
          if (band === undefined) continue
          band.n++
          band.off += market.outcome.value / 10_000 - worth
          band.variance += worth * (1 - worth)
        }
        bands.forEach(({ n, off, variance }, band) => {
          assert.isAbove(n, 200)
          assert.isBelow(
            Math.abs(off),
            4 * Math.sqrt(variance) + 0.002 * n,
            `seed ${seed}, ${share}, ${band}`
          )
        })
      }
    }
  })

  it("may be read from the quote, with an end of the scale for a side without orders", () => {
    const bands = Array.from({ length: 5 }, () => ({ n: 0, off: 0, variance: 0 }))
    let oneSided = 0
    for (const market of makeUniverse(4, 12_000).openAt(NOON)) {
      const { ask, bid } = bookAfter(market, movesAt(market, usOfMs(NOON)))
      if (bid === 0 && ask === 10_000) continue
      if (bid === 0 || ask === 10_000) oneSided++
      const worth = (bid + ask) / 20_000
      const band = bands[Math.min(4, Math.floor(worth * 5))]
      if (band === undefined) continue
      band.n++
      band.off += market.outcome.value / 10_000 - worth
      band.variance += worth * (1 - worth)
    }
    assert.isAbove(oneSided, 2000)
    bands.forEach(({ n, off, variance }, band) => {
      assert.isBelow(Math.abs(off), 4 * Math.sqrt(variance) + 0.005 * n, `band ${band} of ${n}`)
    })
  })

  it("reaches the outcome by the close, if it moves at all", () => {
    const markets = makeUniverse(5, 3000)
      .openAt(NOON)
      .filter(({ outcome, pace }) => Number.isFinite(pace) && outcome.result !== "scalar")
    const near = markets.filter((market) => {
      const last = market.fairAfter(movesAt(market, market.closeUs))
      return Math.abs(last - market.outcome.value / 10_000) < 0.1
    })
    assert.isAbove(near.length / markets.length, 0.8)
  })
})
