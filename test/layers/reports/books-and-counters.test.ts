/** The reports `completeness` and `liquidity`, against sums by hand. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { NO_FILTERS } from "../../../src/domain/reports/filters.ts"
import { layer as analyticsLayer } from "../../../src/layers/duckdb/query/Analytics.ts"
import { makeCompletenessReport } from "../../../src/layers/reports/completeness/completeness.ts"
import { makeLiquidityReport } from "../../../src/layers/reports/liquidity/liquidity.ts"
import { addBook, addCandle } from "../duckdb/facts.ts"
import { addMarket, addPrice, insert, scopedDataDir } from "../duckdb/support.ts"
import { addRun, addTrade, cellsOf, HOUR, SLOT } from "./recording.ts"

/** The markets by what becomes of their contracts: all recorded, too new to be listed, lost, quoted once. */
const [WHOLE, STALE, LOST, ONCE] = [1, 2, 3, 4] as const

const filled = Effect.gen(function* () {
  const { dataDir, database } = yield* scopedDataDir
  for (const market of [WHOLE, STALE, LOST, ONCE]) addMarket(database, market, `KX-${market}`)
  const quotes: ReadonlyArray<
    readonly [hour: number, market: number, bid: number, ask: number, volume: number]
  > = [
    [0, WHOLE, 40, 44, 100],
    [0, STALE, 0, 3, 0],
    [0, LOST, 97, 100, 7],
    [0, ONCE, 0, 100, 1],
    [1, WHOLE, 41, 43, 112.5],
    [1, STALE, 1, 2, 5],
    [1, LOST, 97, 99, 47]
  ]
  for (const [at, [hour, market, yes_bid, yes_ask, volume]] of quotes.entries()) {
    const two = yes_bid > 0 && yes_ask < 100
    addPrice(database, {
      slot: SLOT + hour * HOUR,
      market,
      seq: at + 1,
      yes_bid,
      yes_ask,
      volume,
      yes_bid_size: two ? 10 * market : 0,
      yes_ask_size: two ? 20 * market : 0
    })
  }
  for (const hour of [0, 1]) addRun(database, "markets", SLOT + hour * HOUR, "complete")
  addTrade(database, "2026-11-22T11:00:00Z", WHOLE, 100, 42, "yes")
  addTrade(database, "2026-11-22T12:10:00Z", WHOLE, 12, 42, "yes")
  addTrade(database, "2026-11-22T12:20:00Z", WHOLE, 0.5, 42, "no")
  addTrade(database, "2026-11-22T12:30:00Z", STALE, 5, 2, "yes")
  addTrade(database, "2026-11-22T12:59:50Z", STALE, 3, 2, "yes")
  // The first quote counts this one already.
  addTrade(database, "2026-11-22T11:59:55Z", LOST, 2, 98, "yes")
  addTrade(database, "2026-11-22T12:45:00Z", LOST, 30, 98, "yes")
  for (const hour of [0, 1]) addRun(database, "trades", SLOT + hour * HOUR, "complete")
  // A candle of before trades were recorded, and one of the hour of the trades, with one contract more than they have.
  for (const hour of [0, 1])
    addCandle(database, { seq: 900 + hour, end: SLOT + hour * HOUR, market: WHOLE, period: 60 })
  database.prepare("UPDATE candle_rows SET volume = 13.5").run()
  // Books: 3 YES at 40 and 20 at 34 against NO at 56 and 40, which are asks at 44 and 60; and a book without asks.
  addRun(database, "orderbooks", SLOT, "complete")
  addBook(database, { seq: 950, slot: SLOT, market: WHOLE }, [])
  addBook(database, { seq: 951, slot: SLOT, market: LOST }, [])
  const levels: ReadonlyArray<
    readonly [market: number, seq: number, side: string, price: number, size: number]
  > = [
    [WHOLE, 950, "yes", 40, 3],
    [WHOLE, 950, "yes", 34, 20],
    [WHOLE, 950, "no", 56, 60],
    [WHOLE, 950, "no", 40, 90],
    [LOST, 951, "yes", 97, 8]
  ]
  for (const [market, seq, side, price, size] of levels)
    insert(database, "orderbook_levels", { slot: SLOT, market, seq, side, price, size })
  return { layer: analyticsLayer({ dataDir }), database }
})

describe("completeness", () => {
  it.scopedLive("finds the trades that the exchange counted and the recording lacks", () =>
    Effect.gen(function* () {
      const { database, layer } = yield* filled
      const make = Effect.provide(makeCompletenessReport(NO_FILTERS), layer)
      const made = yield* make
      const [counters, residues, candles] = made.sections
      assert.deepStrictEqual(
        cellsOf(counters, "cause", "markets", "counted", "traded", "residue", "absolute"),
        [
          ["equal", 1, 12.5, 12.5, 0, 0],
          ["within the age of the listing", 1, 5, 8, -3, 3],
          ["unexplained", 1, 40, 30, 10, 10]
        ]
      )
      assert.deepStrictEqual(cellsOf(residues, "ticker", "residue", "cause"), [
        ["KX-3", 10, "unexplained"],
        ["KX-2", -3, "within the age of the listing"]
      ])
      assert.deepStrictEqual(
        cellsOf(
          candles,
          "period_minutes",
          "markets",
          "equal",
          "candle_contracts",
          "trade_contracts",
          "residue",
          "absolute"
        ),
        [[60, 1, 0, 13.5, 12.5, 1, 1]]
      )
      assert.deepStrictEqual([made.population, made.included], [4, 3])
      assert.deepStrictEqual(made.exclusions, [{ reason: "only one quote", count: 1 }])
      addRun(database, "trades", SLOT + HOUR / 2, "failed", "the exchange did not answer")
      assert.deepStrictEqual(cellsOf((yield* make).sections[0], "cause"), [
        ["equal"],
        ["within the age of the listing"],
        ["a gap of the feed trades"]
      ])
    })
  )
})

describe("liquidity", () => {
  it.scopedLive("keeps one-sided books apart, and walks the asks of an order", () =>
    Effect.gen(function* () {
      const { layer } = yield* filled
      const made = yield* Effect.provide(makeLiquidityReport(NO_FILTERS), layer)
      const [spread, depth] = made.sections
      // Two-sided spreads are 4, 2, 1 and 2 cents.
      assert.deepStrictEqual(
        cellsOf(spread, "category", "quotes", "two_sided_share", "no_bid", "no_ask", "empty"),
        [["unknown", 7, 4 / 7, 1, 1, 1]]
      )
      assert.deepStrictEqual(
        cellsOf(spread, "median_spread", "mean_spread", "mean_bid_size", "mean_ask_size"),
        [[2, 2.25, (10 + 10 + 20 + 30) / 4, (20 + 20 + 40 + 60) / 4]]
      )
      assert.deepStrictEqual([made.population, made.included], [7, 4])
      assert.deepStrictEqual(made.exclusions, [
        { reason: "one-sided: no spread", count: 2 },
        { reason: "empty: neither bid nor ask", count: 1 }
      ])
      // 60 contracts at 44 and 40 at 60 cost 50.4 cents each, 6.4 above the best ask.
      const [[above] = []] = cellsOf(depth, "cost_above_ask_100")
      assert.closeTo(Number(above), 6.4, 1e-9)
      assert.deepStrictEqual(
        cellsOf(depth, "category", "books", "two_sided_share", "bid_depth", "ask_depth"),
        [
          ["all", 2, 0.5, (3 + 8) / 2, 60 / 2],
          ["unknown", 2, 0.5, (3 + 8) / 2, 60 / 2]
        ]
      )
      const costs = ["fillable_100_share", "cost_above_ask_100", "fillable_1000_share", "cost_above_ask_1000"]
      assert.deepStrictEqual(cellsOf(depth, ...costs), [
        [0.5, above, 0, null],
        [0.5, above, 0, null]
      ])
    })
  )
})
