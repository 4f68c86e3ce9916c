/** The reports `history` and `event`, against values that are computed from the same rows by hand. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import type { Report } from "../../../src/domain/reports/document.ts"
import type { Line } from "../../../src/domain/reports/figure.ts"
import { NO_FILTERS } from "../../../src/domain/reports/filters.ts"
import { layer as analyticsLayer } from "../../../src/layers/duckdb/query/Analytics.ts"
import { makeEventReport } from "../../../src/layers/reports/event/event.ts"
import { makeHistoryReport } from "../../../src/layers/reports/history/history.ts"
import { addCandle } from "../duckdb/facts.ts"
import { addMarket, addPrice, insert, scopedDataDir } from "../duckdb/support.ts"
import { addRun, addTrade, HOUR, SLOT, withFilters } from "./recording.ts"

const at = (hour: number) => (SLOT + hour * HOUR) * 1000

/** Quotes of two markets by hour. At hour 2 nothing was recorded; the second market is not open at hour 3. */
const QUOTES: ReadonlyArray<readonly [hour: number, market: number, bid: number, ask: number]> = [
  [0, 1, 40, 44],
  [0, 2, 50, 60],
  [1, 1, 0, 10],
  [1, 2, 90, 100],
  [3, 1, 0, 100],
  [4, 1, 60, 70],
  [4, 2, 20, 30]
]

const filled = Effect.gen(function* () {
  const { dataDir, database } = yield* scopedDataDir
  addMarket(database, 1, "KX-1")
  addMarket(database, 2, "KX-2")
  database
    .prepare(
      "UPDATE market_rows SET yes_sub_title = 'Above ' || market, close_time = '2026-11-22T16:00:00.000000Z'"
    )
    .run()
  insert(database, "event_rows", {
    event_ticker: "KXEVENT",
    series_ticker: "KX",
    title: "How high?",
    mutually_exclusive: 1
  })
  insert(database, "event_rows_seen", {
    event_ticker: "KXEVENT",
    final: 0,
    observed_at: "2026-11-22T12:00:00.000000Z",
    seq: 1,
    digest: "-"
  })
  insert(database, "settlement_rows", {
    market: 1,
    event_ticker: "KXEVENT",
    settled_at: "2026-11-22T16:30:00.000000Z",
    result: "yes",
    yes_payout: 100
  })
  for (const [n, [hour, market, yes_bid, yes_ask]] of QUOTES.entries())
    addPrice(database, { slot: SLOT + hour * HOUR, market, seq: n + 1, yes_bid, yes_ask, volume: 10 })
  for (const [hour, status] of ["complete", "complete", "missed", "complete", "complete"].entries())
    addRun(database, "markets", SLOT + hour * HOUR, status)
  addRun(database, "trades", SLOT + 1800, "complete")
  addTrade(database, "2026-11-22T12:10:00.000Z", 1, 10, 30, "yes")
  addTrade(database, "2026-11-22T12:10:00.000Z", 1, 30, 42, "no")
  addTrade(database, "2026-11-22T15:10:00.000Z", 1, 2.5, 66, "yes")
  addTrade(database, "2026-11-22T15:10:00.000Z", 2, 99, 20, "yes")
  for (const [seq, close] of ["2026-11-22T20:00:00.000000Z", "2026-11-22T16:00:00.000000Z"].entries()) {
    const observed = SLOT * 1e6 + seq * HOUR * 1e6
    insert(database, "market_version_pages", {
      first: observed,
      last: observed,
      seq: seq + 1,
      observed_at: `2026-11-22T1${2 + seq}:00:00.000000Z`
    })
    insert(database, "market_versions", {
      observed,
      market: 1,
      seq: seq + 1,
      digest: String(seq),
      status: "active",
      close_time: close
    })
  }
  return analyticsLayer({ dataDir })
})

const lineOf = (report: Report, section: number, line: number): Line | undefined => {
  const figure = report.sections[section]?.figures[0]
  return figure?.kind === "lines" ? figure.lines[line] : undefined
}

describe("history", () => {
  it.scopedLive(
    "has the price with its band, interrupted where there is none, the trades and the changes",
    () =>
      Effect.gen(function* () {
        const analytics = yield* filled
        const made = yield* Effect.provide(
          makeHistoryReport({ ticker: "KX-1", filters: NO_FILTERS }),
          analytics
        )
        assert.deepStrictEqual(lineOf(made, 0, 0)?.points, [
          { x: at(0), y: 42, low: 40, high: 44 },
          { x: at(1), y: 5, low: 0, high: 10 },
          { x: at(2), y: null },
          { x: at(3), y: null },
          { x: at(4), y: 65, low: 60, high: 70 }
        ])
        assert.deepStrictEqual(lineOf(made, 0, 1)?.points, [
          { x: at(0) + 600_000, y: (10 * 30 + 30 * 42) / 40 },
          { x: at(3) + 600_000, y: 66 }
        ])
        assert.match(
          made.sections[0]?.finding ?? "",
          /From 42\.0¢ .* to 65\.0¢ .* between 5\.0¢ and 65\.0¢; the spread .* 7\.0¢/
        )
        assert.match(made.sections[0]?.finding ?? "", /It settled at 2026-11-22 16:30 UTC and paid 100\.0¢/)
        assert.deepStrictEqual([made.population, made.included, made.exclusions[0]?.count], [5, 4, 1])
        const figure = made.sections[0]?.figures[0]
        assert.deepStrictEqual(figure?.kind === "lines" && figure.marks, [
          { x: at(1), label: "close_time" },
          { x: at(4), label: "close" },
          { x: at(4.5), label: "settled at 100.0¢" }
        ])
        assert.deepStrictEqual(
          made.sections[2]?.tables[0]?.rows.map((row) => row[1]),
          ["close_time"]
        )
        const rows = made.sections[1]?.tables[0]?.rows ?? []
        assert.deepStrictEqual(
          rows.filter((row) => row[7] !== 0).map((row) => row.slice(6)),
          // Of two trades at one time, the one with the greater id is the last.
          [
            [42, 2, 40, 10, 30],
            [66, 1, 2.5, 2.5, 0]
          ]
        )

        const later = yield* Effect.provide(
          makeHistoryReport({
            ticker: "KX-1",
            filters: withFilters({ from: "2026-11-22T15:00:00.000000Z" })
          }),
          analytics
        )
        assert.deepStrictEqual(
          lineOf(later, 0, 0)?.points.map(({ x }) => x),
          [at(3), at(4)]
        )

        const unnamed = makeHistoryReport({ ticker: undefined, filters: NO_FILTERS })
        const liveliest = yield* Effect.provide(unnamed, analytics)
        assert.deepStrictEqual(liveliest.options[0], { name: "ticker", value: "KX-1" })
        const { dataDir: empty } = yield* scopedDataDir
        const none = yield* Effect.exit(Effect.provide(unnamed, analyticsLayer({ dataDir: empty })))
        assert.isTrue(Exit.isFailure(none) && String(none.cause).includes("Name a market"))
        const unknown = yield* Effect.provide(
          makeHistoryReport({ ticker: "KX-0", filters: NO_FILTERS }),
          analytics
        ).pipe(Effect.exit)
        assert.isTrue(Exit.isFailure(unknown) && String(unknown.cause).includes("no market KX-0 is recorded"))
      })
  )
})

describe("history of a market without quotes", () => {
  it.scopedLive("has the prices of its shortest candles, and names them so", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      addMarket(database, 1, "KX-1")
      for (const [hour, period] of [
        [1, 60],
        [2, 60],
        [3, 60],
        [3, 1440]
      ] as const)
        addCandle(database, { seq: 900 + hour, end: SLOT + hour * HOUR, market: 1, period })
      database
        .prepare(
          `UPDATE candle_rows SET yes_bid_low = 10, yes_ask_high = 50, yes_bid_close = 20, yes_ask_close = 30`
        )
        .run()
      database
        .prepare("UPDATE candle_rows SET yes_bid_close = 0, yes_ask_close = 100 WHERE end_seconds = ?")
        .run(SLOT + 2 * HOUR)
      const made = yield* Effect.provide(
        makeHistoryReport({ ticker: "KX-1", filters: NO_FILTERS }),
        analyticsLayer({ dataDir })
      )
      const [section] = made.sections
      assert.strictEqual(lineOf(made, 0, 0)?.name, "candles")
      assert.deepStrictEqual(lineOf(made, 0, 0)?.points, [
        { x: at(1), y: 25, low: 10, high: 50 },
        { x: at(2), y: null },
        { x: at(3), y: 25, low: 10, high: 50 }
      ])
      assert.include(
        section?.finding ?? "",
        "No quote of it is recorded in this time; the prices are those of its candles of 60 min each."
      )
      assert.deepStrictEqual(made.sections[1]?.tables, [])

      const later = yield* Effect.provide(
        makeHistoryReport({
          ticker: "KX-1",
          filters: withFilters({ from: "2026-11-22T16:00:00.000000Z" })
        }),
        analyticsLayer({ dataDir })
      )
      assert.deepStrictEqual(later.sections[0]?.figures, [], "nothing to draw, and so no empty figure")
    })
  )
})

describe("event", () => {
  it.scopedLive("has its markets side by side, and sums only where all have a quote", () =>
    Effect.gen(function* () {
      const analytics = yield* filled
      const made = yield* Effect.provide(
        makeEventReport({ event: "KXEVENT", filters: NO_FILTERS }),
        analytics
      )
      assert.strictEqual(made.title, "KXEVENT: How high?")
      assert.deepStrictEqual(
        [0, 1].map((line) => [lineOf(made, 0, line)?.name, lineOf(made, 0, line)?.points.map(({ y }) => y)]),
        [
          ["Above 1", [42, 5, null, null, 65]],
          ["Above 2", [55, 95, null, null, 25]]
        ]
      )
      assert.deepStrictEqual(lineOf(made, 1, 0)?.points, [
        { x: at(0), y: 97, low: 90, high: 104 },
        { x: at(1), y: 100, low: 90, high: 110 },
        { x: at(2), y: null },
        { x: at(3), y: null },
        { x: at(4), y: 90, low: 80, high: 100 }
      ])
      assert.match(
        made.sections[1]?.finding ?? "",
        /summed to 90\.0¢, between 80\.0¢ of bids and 100\.0¢ of asks\. At most one/
      )
      assert.deepStrictEqual(made.sections[0]?.tables[0]?.rows, [
        ["KX-1", "Above 1", 42, 65, 60, 70, 4, "active", 100],
        ["KX-2", "Above 2", 55, 25, 20, 30, 3, "active", null]
      ])
      assert.deepStrictEqual([made.population, made.included], [5, 4])
      const byDefault = yield* Effect.provide(
        makeEventReport({ event: undefined, filters: NO_FILTERS }),
        analytics
      )
      assert.strictEqual(byDefault.title, made.title)
    })
  )
})
