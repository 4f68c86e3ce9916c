import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { candleRequests, halves } from "../../../src/domain/ask/backfill/candles.ts"
import {
  type BackfillListing,
  type BackfillSpec,
  eventRequests,
  type MarketLife,
  marketRequests,
  type TierPlan,
  tradeRequests
} from "../../../src/domain/ask/backfill/plan.ts"
import type { TierBoundary } from "../../../src/domain/ask/live-tier.ts"
import { canonicalRequest } from "../../../src/domain/ask/request.ts"
import type { Period } from "../../../src/domain/units/period.ts"
import { slotSeconds } from "../../../src/domain/units/time.ts"

const [HOUR, DAY] = [3600, 86_400]
const NOW = slotSeconds("2026-11-22T12:00:00Z")
const CUTOFF = slotSeconds("2026-09-23T00:00:00Z")
const cutoff: TierBoundary = { marketsSettled: CUTOFF, tradesCreated: CUTOFF }
const cutoffs = { first: cutoff, now: cutoff }

const spec = (but: Partial<BackfillSpec> = {}): BackfillSpec => ({
  series: null,
  event: null,
  tickers: [],
  from: null,
  to: null,
  kinds: ["markets", "trades", "candlesticks"],
  period: 60,
  ...but
})

const life = (but: Partial<MarketLife> = {}): MarketLife => ({
  ticker: "KXA-1",
  opened: CUTOFF - DAY,
  closes: CUTOFF,
  settled: CUTOFF + HOUR,
  ...but
})

const requestsOf = (chains: ReadonlyArray<TierPlan>) =>
  chains.flatMap(({ historical, live }) => [...live, ...historical]).map(({ request }) => request)

const tiersOf = (chains: ReadonlyArray<TierPlan>) =>
  chains.flatMap(({ historical, live }) => [...live.map(() => "live"), ...historical.map(() => "historical")])

describe("the requests of a backfill", () => {
  it("ask the live tier first and the historical tier after it, in one plan", () => {
    const chosen = spec({ series: "KXA" })
    const chains = [
      ...marketRequests(chosen, cutoff, NOW),
      ...tradeRequests(chosen, [life()], cutoff, NOW),
      ...candleRequests(chosen, [life()], cutoffs, NOW)
    ]
    assert.deepStrictEqual(
      chains.map(({ historical, live }) => [live.length, historical.length]),
      [
        [1, 0],
        [1, 1],
        [1, 1],
        [1, 1]
      ]
    )
    for (const { historical, live } of chains) {
      for (const { request } of live) assert.notMatch(request.path, /^\/historical/)
      for (const { request } of historical) assert.match(request.path, /^\/historical/)
    }
  })

  it("name at most a hundred tickers each, and each ticker once", () => {
    const tickers = Array.from({ length: 230 }, (_, n) => `KXA-${n}`)
    for (const chains of [marketRequests(spec({ tickers }), cutoff, NOW), eventRequests(tickers)]) {
      const named = chains.map(({ live }) => String(live[0]?.request.query.tickers).split(","))
      assert.deepStrictEqual(
        named.map(({ length }) => length),
        [100, 100, 30]
      )
      assert.deepStrictEqual(named.flat(), tickers)
    }
  })

  it("go to both tiers within two days of the tier boundary, and to one tier beyond that", () => {
    const asked = (settled: number | null, closes: number) =>
      tiersOf(candleRequests(spec(), [life({ settled, closes })], cutoffs, NOW))
    assert.deepStrictEqual(asked(CUTOFF + DAY, CUTOFF), ["live", "historical"])
    assert.deepStrictEqual(asked(CUTOFF - DAY, CUTOFF - HOUR), ["live", "historical"])
    assert.deepStrictEqual(asked(CUTOFF + 3 * DAY, CUTOFF), ["live"])
    assert.deepStrictEqual(asked(CUTOFF - 3 * DAY, CUTOFF - HOUR), ["historical"])
    assert.deepStrictEqual(
      asked(null, CUTOFF + 3 * DAY),
      ["live"],
      "a market that has not closed is not historical"
    )
    assert.deepStrictEqual(asked(null, CUTOFF), ["live", "historical"], "settled at an unknown time")
  })

  it("are the same each time the backfill is planned", () => {
    const asked = () =>
      requestsOf([
        ...marketRequests(spec({ event: "KXA-E" }), cutoff, NOW),
        ...tradeRequests(spec({ event: "KXA-E" }), [life()], cutoff, NOW)
      ]).map(canonicalRequest)
    assert.deepStrictEqual(asked(), asked())
    assert.strictEqual(new Set(asked()).size, asked().length)
  })
})

describe("the markets of a time range", () => {
  const [from, to] = [NOW - 3 * DAY, NOW - 2 * DAY]
  const queries = (but: Partial<BackfillSpec>) =>
    requestsOf(marketRequests(spec(but), cutoff, NOW)).map(
      ({ path, query }): Readonly<Record<string, unknown>> => ({ path, ...query })
    )

  it("are listed by closing time alone, in every state, however late they close", () => {
    const [live, ...more] = queries({ from, to })
    assert.deepStrictEqual(more, [], "a range that only the live tier has")
    assert.deepStrictEqual(live, {
      path: "/markets",
      limit: "1000",
      mve_filter: "exclude",
      min_close_ts: String(from - DAY)
    })
  })

  it("are listed by creation time if the range is nearer to the tier boundary than to now", () => {
    const [live, historical] = queries({ from: CUTOFF - DAY, to: CUTOFF + DAY })
    assert.deepStrictEqual(live, {
      path: "/markets",
      limit: "1000",
      mve_filter: "exclude",
      max_created_ts: String(CUTOFF + DAY)
    })
    assert.deepStrictEqual(historical, {
      path: "/historical/markets",
      limit: "1000",
      mve_filter: "exclude",
      min_close_ts: String(CUTOFF - 2 * DAY)
    })
  })

  it("include those of the live tier even for a range before the tier boundary, as they may still be open", () => {
    const [live] = queries({ from: CUTOFF - 90 * DAY, to: CUTOFF - 80 * DAY })
    assert.strictEqual(live?.path, "/markets")
  })
})

describe("the requests for candles of a backfill", () => {
  const periods = fc.constantFrom(1 as const, 60 as const, 1440 as const)
  const lives = fc
    .array(
      fc.record({
        opened: fc.integer({ min: 0, max: 400 * 24 }),
        hours: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 48 }), fc.integer({ min: 1, max: 5000 })),
        settled: fc.boolean()
      }),
      { maxLength: 250 }
    )
    .map((drawn) =>
      drawn.map(({ hours, opened, settled }, n) => {
        const [from, closes] = [NOW - opened * HOUR, NOW - (opened - hours) * HOUR]
        return life({
          ticker: `KXA-${n}`,
          opened: from,
          closes,
          settled: settled && closes < NOW ? closes + HOUR : null
        })
      })
    )

  const tickersOf = ({ about }: BackfillListing) => about
  const spanOf = ({ request: { query } }: BackfillListing) =>
    [Number(query.start_ts), Number(query.end_ts)] as const

  /** Whether requests cover a market's life without a gap. */
  const covers = (
    asked: ReadonlyArray<BackfillListing>,
    { closes, opened, ticker }: MarketLife,
    period: Period
  ) => {
    let reached = Number(opened)
    const spans = asked.filter((one) => tickersOf(one).includes(ticker)).map(spanOf)
    for (const [from, to] of spans.sort(([a], [b]) => a - b)) {
      if (from > reached) return false
      reached = Math.max(reached, to)
    }
    return reached >= Math.min(Number(closes) + period * 60, NOW)
  }

  it.prop(
    "cover every life without a gap, and stay within the exchange's limits",
    [lives, periods],
    ([some, period]) => {
      const chains = candleRequests(spec({ period }), some, cutoffs, NOW)
      const live = chains.flatMap((chain) => chain.live)
      const historical = chains.flatMap((chain) => chain.historical)
      for (const one of live) {
        const [from, to] = spanOf(one)
        assert.isAtMost(one.about.length, 100)
        assert.strictEqual(one.request.query.market_tickers, one.about.join(","))
        // Both ends of the slice have a candle, and a day in New York may be an hour short.
        const each = Math.ceil((to - from) / (period * 60)) + 2
        assert.isAtMost(each * one.about.length, 10_000)
      }
      for (const one of some) {
        const { closes, opened, settled } = one
        if (opened === null || opened >= NOW) continue
        if (settled === null || settled >= CUTOFF) assert.isTrue(covers(live, one, period), one.ticker)
        if ((settled ?? Number(closes)) < CUTOFF) assert.isTrue(covers(historical, one, period), one.ticker)
      }
    }
  )

  it.prop("are no more than with one market in a request", [lives, periods], ([some, period]) => {
    const count = (chosen: ReadonlyArray<MarketLife>) =>
      candleRequests(spec({ period }), chosen, cutoffs, NOW).flatMap(({ live }) => live).length
    assert.isAtMost(
      count(some),
      some.reduce((sum, one) => sum + count([one]), 0)
    )
  })

  it("hold up to a hundred markets with similar lives", () => {
    const quarters = Array.from({ length: 4 * 24 * 7 }, (_, n) =>
      life({
        ticker: `KXBTC15M-${n}`,
        opened: NOW - 30 * DAY + n * 900,
        closes: NOW - 30 * DAY + n * 900 + 900,
        settled: null
      })
    )
    const days = Array.from({ length: 600 }, (_, n) => {
      const opened = NOW - 50 * DAY + Math.floor(n / 20) * DAY
      return life({ ticker: `KXHIGHNY-${n}`, opened, closes: opened + 38 * HOUR, settled: null })
    })
    const asked = (some: ReadonlyArray<MarketLife>) =>
      requestsOf(candleRequests(spec(), some, cutoffs, NOW)).length
    assert.strictEqual(asked(quarters), 7)
    assert.isAtMost(asked(days), 10)
    // The two groups do not make each other's batches smaller.
    assert.isAtMost(asked([...quarters, ...days]), asked(quarters) + asked(days))
  })

  it.prop(
    "do not depend on the order of the markets in the tables, or on how they have ended since",
    [lives.filter(({ length }) => length > 1), periods],
    ([some, period]) => {
      const asked = (chosen: ReadonlyArray<MarketLife>, at = cutoffs) =>
        new Set(
          candleRequests(spec({ period }), chosen, at, NOW)
            .flatMap(({ live }) => live)
            .map(({ request }) => canonicalRequest(request))
        )
      const before = asked(some)
      assert.deepStrictEqual(asked([...some].reverse()), before)
      // Markets that were open have closed since, early or late, and were settled; the tier boundary has
      // moved on.
      const since = some.map((one) =>
        Number(one.closes) >= NOW ? { ...one, closes: NOW + HOUR, settled: NOW + 2 * HOUR } : one
      )
      const rolled = { first: cutoff, now: { marketsSettled: CUTOFF + 9 * DAY, tradesCreated: CUTOFF } }
      assert.deepStrictEqual(asked(since, rolled), before)
    }
  )

  it("hardly change for the other markets when the tables learn of one more", () => {
    const some = Array.from({ length: 1000 }, (_, n) =>
      life({
        ticker: `KXA-${n}`,
        opened: NOW - 40 * DAY + n * HOUR,
        closes: NOW - 38 * DAY + n * HOUR,
        settled: null
      })
    )
    const asked = (chosen: ReadonlyArray<MarketLife>) =>
      requestsOf(candleRequests(spec(), chosen, cutoffs, NOW)).map(canonicalRequest)
    const late = life({ ticker: "KXA-late", opened: NOW - 2 * DAY, closes: NOW + DAY, settled: null })
    const [before, after] = [asked(some), asked([...some, late])]
    assert.isAbove(before.length, 5)
    assert.isAtLeast(after.filter((one) => before.includes(one)).length, before.length - 2)
  })

  it("ask the historical tier about a market in the same plan as the live tier, after it", () => {
    const some = Array.from({ length: 30 }, (_, n) =>
      life({
        ticker: `KXA-${n}`,
        opened: CUTOFF - 30 * DAY,
        closes: CUTOFF,
        settled: CUTOFF + (n - 15) * DAY
      })
    )
    const chains = candleRequests(spec({ period: 1 }), some, cutoffs, NOW)
    for (const { settled, ticker } of some) {
      const has = (asked: ReadonlyArray<BackfillListing>) => asked.some(({ about }) => about.includes(ticker))
      const [live, historical] = [
        chains.filter((chain) => has(chain.live)),
        chains.filter((chain) => has(chain.historical))
      ]
      const days = (Number(settled) - CUTOFF) / DAY
      assert.strictEqual(live.length, days >= -2 ? 1 : 0)
      assert.strictEqual(historical.length, days <= 2 ? 1 : 0)
      if (days >= -2 && days <= 2) assert.deepStrictEqual(live, historical, "one chain")
    }
  })

  it("are halved, down to one market", () => {
    const some = Array.from({ length: 5 }, (_, n) => life({ ticker: `KXA-${n}`, settled: null }))
    const [whole] = candleRequests(spec(), some, cutoffs, NOW).flatMap(({ live }) => live)
    if (whole === undefined) return assert.fail("no request")
    const parts = halves(whole)
    assert.deepStrictEqual(
      parts.map(({ request }) => request.query.market_tickers),
      ["KXA-0,KXA-1,KXA-2", "KXA-3,KXA-4"]
    )
    for (const { request } of parts)
      assert.deepStrictEqual(
        { ...request.query, market_tickers: "" },
        { ...whole.request.query, market_tickers: "" }
      )
    const alone = halves(whole).flatMap(halves).flatMap(halves)
    assert.deepStrictEqual(
      alone.map(({ about }) => about),
      [["KXA-0"], ["KXA-1"]]
    )
    assert.deepStrictEqual(alone.flatMap(halves), [])
  })

  it("reach the end of the longest day in New York", () => {
    // 2026-11-01 has 25 hours in New York; the market closed half an hour after it began, and its last candle
    // ends with it.
    const closes = slotSeconds("2026-11-01T04:30:00Z")
    const some = [life({ opened: closes - DAY, closes, settled: null })]
    const requests = requestsOf(candleRequests(spec({ period: 1440 }), some, cutoffs, NOW))
    const end = Math.max(...requests.map(({ query }) => Number(query.end_ts)))
    assert.isAtLeast(end, slotSeconds("2026-11-02T05:00:00Z"))
  })
})
