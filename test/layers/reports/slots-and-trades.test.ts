/** The reports `coverage`, `movers` and `volume`, against sums that are computed from the same rows by hand. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { NO_FILTERS, type ReportFilters } from "../../../src/domain/reports/filters.ts"
import { layer as analyticsLayer } from "../../../src/layers/duckdb/query/Analytics.ts"
import { makeCoverageReport } from "../../../src/layers/reports/coverage/coverage.ts"
import { makeMoversReport } from "../../../src/layers/reports/movers/movers.ts"
import { makeVolumeReport } from "../../../src/layers/reports/volume/volume.ts"
import { addMarket, addPrice, insert, scopedDataDir } from "../duckdb/support.ts"
import { addRun, addTrade, cellsOf, HOUR, SLOT, withFilters } from "./recording.ts"

const filled = Effect.gen(function* () {
  const { dataDir, database } = yield* scopedDataDir
  for (const market of [1, 2, 3, 4]) addMarket(database, market, `KX-${market}`)
  // A market that was traded but never described.
  insert(database, "market_numbers", { market: 9, ticker: "KX-9" })
  database.prepare("UPDATE market_rows SET mve_collection_ticker = 'KXMVE' WHERE market = 4").run()
  database.prepare("UPDATE market_rows SET category = 'Politics' WHERE market IN (1, 2)").run()
  const quotes: ReadonlyArray<readonly [slot: number, market: number, bid: number, ask: number]> = [
    [0, 1, 40, 44],
    [0, 2, 0, 100],
    [0, 4, 10, 12],
    [1, 1, 0, 100],
    [2, 1, 0, 10],
    [2, 2, 30, 32],
    [2, 3, 50, 52],
    [2, 4, 90, 92]
  ]
  for (const [at, [hour, market, yes_bid, yes_ask]] of quotes.entries())
    addPrice(database, {
      slot: SLOT + hour * HOUR,
      market,
      seq: at + 1,
      yes_bid,
      yes_ask,
      volume: 10 * market
    })
  addRun(database, "markets", SLOT, "complete")
  addRun(database, "markets", SLOT + HOUR, "failed", "the exchange did not answer")
  addRun(database, "markets", SLOT + 2 * HOUR, "complete")
  addRun(database, "trades", SLOT + 11 * HOUR, "missed", "no recorder ran")
  addRun(database, "trades", SLOT + 12 * HOUR, "skipped", "the run before it still ran")
  addRun(database, "trades", SLOT + 13 * HOUR, "complete", "1 of 2 names got no answer")
  addRun(database, "trades", SLOT + 14 * HOUR, "running")
  addTrade(database, "2026-11-22T23:59:59.999Z", 1, 10, 30, "yes")
  addTrade(database, "2026-11-23T00:00:00.000Z", 1, 2.5, 30, "no")
  addTrade(database, "2026-11-23T01:00:00.000Z", 2, 4, 50, null)
  addTrade(database, "2026-11-23T02:00:00.000Z", 9, 1, 20, "yes")
  addTrade(database, "2026-11-23T03:00:00.000Z", 4, 100, 1, "yes")
  return analyticsLayer({ dataDir })
})

describe("coverage", () => {
  it.scopedLive("counts every due slot once, by feed and UTC day", () =>
    Effect.gen(function* () {
      const made = yield* Effect.provide(makeCoverageReport(NO_FILTERS), yield* filled)
      assert.deepStrictEqual([made.population, made.included], [7, 3])
      assert.strictEqual(
        made.exclusions.reduce((sum, { count }) => sum + count, made.included),
        made.population
      )
      const [feeds, gaps] = made.sections
      assert.deepStrictEqual(
        cellsOf(
          feeds,
          ...[
            "feed",
            "due",
            "complete",
            "complete_share",
            "lacking",
            "failed",
            "skipped",
            "missed",
            "running"
          ]
        ),
        [
          ["markets", 3, 2, 2 / 3, 0, 1, 0, 0, 0],
          ["trades", 4, 1, 1 / 3, 1, 0, 1, 1, 1]
        ]
      )
      const [figure] = feeds?.figures ?? []
      assert.deepStrictEqual(figure?.kind === "heat" && figure.cells, [
        { row: "markets", column: "2026-11-22", value: 2 / 3 },
        { row: "trades", column: "2026-11-22", value: 0 },
        { row: "trades", column: "2026-11-23", value: 0.5 }
      ])
      assert.deepStrictEqual(cellsOf(gaps, "feed", "slots", "ended", "reason"), [
        ["trades", 2, "missed, skipped", "no recorder ran"],
        ["markets", 1, "failed", "the exchange did not answer"]
      ])
      const none = yield* Effect.provide(
        makeCoverageReport(withFilters({ to: "2026-01-01T00:00:00.000000Z" })),
        yield* filled
      )
      assert.deepStrictEqual(
        [none.population, none.sections[0]?.finding],
        [0, "No slot was due in this time."]
      )
    })
  )
})

describe("movers", () => {
  it.scopedLive("compares two complete slots and counts the markets that it cannot compare", () =>
    Effect.gen(function* () {
      const layer = yield* filled
      const make = (filters: ReportFilters, windowSeconds = HOUR) =>
        Effect.provide(makeMoversReport({ filters, windowSeconds, most: 10 }), layer)
      const made = yield* make(NO_FILTERS)
      // The slot between them failed, so the earlier one is two hours older. A bid that is missing counts as 0.
      assert.deepStrictEqual(cellsOf(made.sections[0], "ticker", "price_before", "price_now", "change"), [
        ["KX-1", 42, 5, -37]
      ])
      assert.deepStrictEqual(made.exclusions, [
        { reason: "an empty book in the earlier slot", count: 1 },
        { reason: "not quoted in the earlier slot", count: 1 }
      ])
      assert.deepStrictEqual([made.population, made.included], [3, 1])
      const combos = yield* make(withFilters({ combos: "only" }))
      assert.deepStrictEqual(cellsOf(combos.sections[0], "ticker", "change"), [["KX-4", 80]])
      const busy = yield* make(withFilters({ minVolume: 25 }))
      assert.deepStrictEqual([busy.population, busy.included], [3, 0])
      const early = yield* Effect.exit(make(NO_FILTERS, 3 * HOUR))
      assert.isTrue(Exit.isFailure(early) && String(early.cause).includes("choose a shorter --window"))
    })
  )
})

describe("volume", () => {
  it.scopedLive("sums trades by UTC day, category and side, in the taker's dollars", () =>
    Effect.gen(function* () {
      const layer = yield* filled
      const make = (filters: ReportFilters) => Effect.provide(makeVolumeReport(filters), layer)
      const made = yield* make(NO_FILTERS)
      const [days, categories, sides] = made.sections
      // 10 at 30 cents; then 2.5 NO at 70 cents, 4 of an unknown side, and 1 at 20 cents.
      assert.deepStrictEqual(
        cellsOf(
          days,
          "day",
          "trades",
          "markets",
          "contracts",
          "yes_contracts",
          "no_contracts",
          "paid_dollars"
        ),
        [
          ["2026-11-22", 1, 1, 10, 10, 0, 3],
          ["2026-11-23", 3, 3, 7.5, 1, 2.5, 1.95]
        ]
      )
      assert.deepStrictEqual(cellsOf(categories, "category", "trades", "contracts"), [
        ["Politics", 3, 16.5],
        ["unknown", 1, 1]
      ])
      assert.deepStrictEqual(cellsOf(sides, "taker_side", "trades", "contracts", "share", "paid_dollars"), [
        ["yes", 2, 11, 11 / 17.5, 3.2],
        ["unknown", 1, 4, 4 / 17.5, null],
        ["no", 1, 2.5, 2.5 / 17.5, 1.75]
      ])
      assert.deepStrictEqual([made.population, made.included], [5, 4])
      assert.deepStrictEqual(made.exclusions, [{ reason: "of markets that the filters leave out", count: 1 }])
      const busy = yield* make(withFilters({ minVolume: 12, from: "2026-11-23T00:00:00.000000Z" }))
      assert.deepStrictEqual([busy.population, busy.included], [4, 1])
      const ofCategory = yield* make(withFilters({ categories: ["Politics"] }))
      assert.strictEqual(ofCategory.included, 3)
    })
  )
})
