/** The derived views over a small recording: a failed slot, an early close, empty sides, an unknown market. */
import { assert, describe, it } from "@effect/vitest"
import type Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { make as analyticsOf } from "../../../src/layers/duckdb/query/Analytics.ts"
import { addMarket, addPrice, insert, scopedDataDir } from "./support.ts"

const SLOT = Date.parse("2026-11-22T12:00:00Z") / 1000
const slotAt = (n: number) => SLOT + n * 900
const text = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`
const T = (n: number) => text(slotAt(n))

const addRun = (
  database: Sqlite.Database,
  feed: string,
  slot: number,
  status: string,
  interval: number | null
) =>
  insert(database, "collection_runs", {
    feed,
    slot: text(slot),
    interval,
    started_at: text(slot).replace("Z", ".000000Z"),
    finished_at: status === "running" ? null : text(slot + 9).replace("Z", ".000000Z"),
    status,
    reason: status === "complete" || status === "running" ? null : `it ${status}`,
    pages: 1,
    items: 1
  })

const addBook = (
  database: Sqlite.Database,
  slot: number,
  levels: ReadonlyArray<readonly [number, "yes" | "no", number, number]>
) => {
  insert(database, "orderbook_slots", { slot, snapshot_time: text(slot) })
  insert(database, "orderbook_pages", {
    seq: 7,
    observed_at: text(slot + 1).replace("Z", ".000000Z"),
    first: slot,
    last: slot
  })
  for (const market of new Set(levels.map(([first]) => first)))
    insert(database, "orderbook_books", { slot, market, seq: 7 })
  for (const [market, side, price, size] of levels)
    insert(database, "orderbook_levels", { slot, market, seq: 7, side, price, size })
}

const addTrade = (database: Sqlite.Database, n: number, row: Readonly<Record<string, unknown>>) => {
  database
    .prepare("INSERT OR IGNORE INTO trade_pages VALUES (9, '2026-11-22T12:20:00.000000Z', 0, 9e15)")
    .run()
  insert(database, "trade_rows", {
    created: SLOT * 1_000_000 + n,
    trade_id: `t${n}`,
    market: 1,
    seq: 9,
    ...row
  })
}

/** Four slots of `markets`, of which the second failed and the last still runs. */
const recorded = Effect.gen(function* () {
  const { dataDir, database } = yield* scopedDataDir
  for (const [market, ticker] of ["KX-OPEN", "KX-ENDED", "KX-PAUSED"].entries())
    addMarket(database, market + 1, ticker)
  database.exec(
    `UPDATE market_rows SET status = 'finalized', close_time = '2026-11-22T12:10:00.000000Z' WHERE market = 2`
  )
  database.exec(
    `UPDATE market_rows SET status = 'inactive', close_time = '2026-11-29T00:00:00.000000Z' WHERE market = 3`
  )
  insert(database, "market_numbers", { market: 4, ticker: "KX-UNKNOWN" })
  insert(database, "event_rows", { event_ticker: "KXEVENT", series_ticker: "KX", mutually_exclusive: 1 })
  insert(database, "event_rows_seen", {
    event_ticker: "KXEVENT",
    final: 0,
    observed_at: T(0).replace("Z", ".000000Z"),
    seq: 1,
    digest: "-"
  })
  for (const [n, status] of ["complete", "failed", "complete", "running"].entries())
    addRun(database, "markets", slotAt(n), status, 900)
  addRun(database, "trades", slotAt(0), "complete", 900)
  addRun(database, "trades", slotAt(3), "complete", 900)
  addRun(database, "events", slotAt(0) + 1, "complete", null)
  addRun(database, "events", slotAt(2) + 1, "complete", null)
  const price = (n: number, market: number, yes_bid: number | null, yes_ask: number) =>
    addPrice(database, { slot: slotAt(n), market, seq: n + 1, yes_bid, yes_ask, last_price: 5, volume: 10 })
  addPrice(database, { slot: slotAt(-100), market: 3, seq: 90, yes_bid: 1, yes_ask: 2 })
  price(0, 1, 40, 42.5)
  price(0, 2, 0, 100)
  price(0, 3, 98, 100)
  price(1, 1, 41, 43)
  price(2, 1, 0, 8.01)
  price(2, 4, null, 60)
  price(3, 1, 50, 51)
  addBook(database, slotAt(2), [
    [1, "yes", 40, 30],
    [1, "yes", 39.5, 5],
    [1, "no", 58, 10],
    [1, "no", 50, 2.5],
    [3, "no", 99, 7]
  ])
  addTrade(database, 1, { yes_price: 99.6, no_price: 0.4, count: 100, taker_side: "no" })
  addTrade(database, 2, { yes_price: 12.5, no_price: 87.5, count: 2.5, taker_side: "yes", is_block_trade: 1 })
  addTrade(database, 3, { yes_price: 50, no_price: null, count: 1, taker_side: null })
  insert(database, "settlement_rows", { market: 2, event_ticker: "KXEVENT", result: "yes", yes_payout: 100 })
  return dataDir
})

const CASES: Readonly<Record<string, readonly [string, ReadonlyArray<ReadonlyArray<unknown>>]>> = {
  "quotes: a probability unless both sides are empty or one was not sent": [
    `SELECT ticker, yes_bid, yes_ask, midpoint, probability, sides FROM quotes
     WHERE snapshot_time IN ('${T(0)}', '${T(2)}') ORDER BY snapshot_time, ticker`,
    [
      ["KX-ENDED", 0, 100, null, null, "none"],
      ["KX-OPEN", 40, 42.5, 41.25, 0.4125, "both"],
      ["KX-PAUSED", 98, 100, null, 0.99, "bid"],
      ["KX-OPEN", 0, 8.01, null, 0.04005, "ask"],
      ["KX-UNKNOWN", null, 60, null, null, null]
    ]
  ],
  "latest_prices: the newest quote up to the newest complete slot, of the day before it": [
    `SELECT ticker, event_ticker, snapshot_time, probability, newest_slot, age, is_open, status, ended_at
     FROM latest_prices ORDER BY ticker`,
    [
      ["KX-ENDED", "KXEVENT", T(0), null, T(2), "00:30:00", false, "finalized", "2026-11-22T12:10:00Z"],
      ["KX-OPEN", "KXEVENT", T(2), 0.04005, T(2), "00:00:00", true, "active", null],
      ["KX-PAUSED", "KXEVENT", T(0), 0.99, T(2), "00:30:00", false, "inactive", null],
      ["KX-UNKNOWN", null, T(2), null, T(2), "00:00:00", true, null, null]
    ]
  ],
  "book_top: the book in terms of YES, with NULL for an empty side": [
    `SELECT ticker, yes_bid, yes_bid_size, yes_ask, yes_ask_size, spread, imbalance, microprice, bid_depth, ask_depth
     FROM book_top ORDER BY ticker`,
    [
      ["KX-OPEN", 40, 30, 42, 10, 2, 0.75, 41.5, 35, 12.5],
      ["KX-PAUSED", null, null, 1, 7, null, null, null, null, 7]
    ]
  ],
  "event_prices: sums bounded where a side is empty": [
    `SELECT snapshot_time, mutually_exclusive, markets, markets_known, markets_without_price, sum_of_bids, sum_of_asks,
       sum_of_probabilities, list_transform(prices, one -> one.ticker) AS tickers
     FROM event_prices WHERE event_ticker = 'KXEVENT' AND snapshot_time BETWEEN '${T(0)}' AND '${T(2)}' ORDER BY 1`,
    [
      [T(0), true, 3, 3, 1, 138, 242.5, 1.4025, ["KX-ENDED", "KX-OPEN", "KX-PAUSED"]],
      [T(1), true, 1, 3, 0, 41, 43, 0.42, ["KX-OPEN"]],
      [T(2), true, 1, 3, 0, 0, 8.01, 0.04005, ["KX-OPEN"]]
    ]
  ],
  "missing_slots: slots that failed or run, and those without a row between two others of an interval": [
    "FROM missing_slots ORDER BY feed, slot",
    [
      ["markets", T(1), "failed", "it failed"],
      ["markets", T(3), "running", null],
      ...[1, 2].map((n) => [
        "trades",
        T(n),
        "unrecorded",
        "no row says how it ended: the clock was not trusted, or records were lost"
      ])
    ]
  ],
  "settled_markets: when trading ended": [
    "SELECT ticker, result, yes_payout, ended_at FROM settled_markets",
    [["KX-ENDED", "yes", 100, "2026-11-22T12:10:00Z"]]
  ],
  "taker_trades: a taker of NO pays the price of NO": [
    "SELECT trade_id, taker_price, maker_price, taker_dollars, maker_dollars FROM taker_trades ORDER BY 1",
    [
      ["t1", 0.4, 99.6, 0.4, 99.6],
      ["t2", 12.5, 87.5, 0.3125, 2.1875],
      ["t3", null, null, null, null]
    ]
  ],
  "comments: the dictionary, of tables that are loaded, of those that are not, and of views": [
    `SELECT table_name, comment FROM duckdb_columns()
     WHERE (table_name, column_name) IN (('trades', 'no_price'), ('events', 'title'), ('quotes', 'ticker'))
       AND schema_name = 'main' ORDER BY 1`,
    [
      ["events", "the question"],
      ["quotes", "the market"],
      ["trades", "100 − yes_price"]
    ]
  ]
}

/** The closes of three markets around the same slots: one moved twice, one after its last quote, one with empty sides. */
const closing = Effect.gen(function* () {
  const { dataDir, database } = yield* scopedDataDir
  const time = (clock: string) => `2026-11-22T${clock}:00.000000Z`
  const closes = [
    ["KX-MOVED", "closed", "13:10"],
    ["KX-QUIET", "determined", "13:40"],
    ["KX-EMPTY", "finalized", "13:35"]
  ] as const
  for (const [at, [ticker, status, clock]] of closes.entries()) {
    addMarket(database, at + 1, ticker)
    database
      .prepare("UPDATE market_rows SET status = ?, close_time = ? WHERE market = ?")
      .run(status, time(clock), at + 1)
  }
  const describe = (seq: number, market: number, known: string, close: string) => {
    insert(database, "market_version_pages", {
      seq,
      observed_at: time(known),
      first: Date.parse(time(known)) * 1000,
      last: Date.parse(time(known)) * 1000
    })
    insert(database, "market_versions", {
      observed: Date.parse(time(known)) * 1000,
      market,
      seq,
      digest: String(seq),
      close_time: time(close)
    })
  }
  describe(1, 1, "10:00", "14:00")
  describe(2, 1, "12:10", "13:20")
  // The close of KX-MOVED is an hour away at 12:20, and again at 12:40 after it was moved to 13:40.
  describe(3, 1, "12:25", "13:40")
  describe(4, 1, "13:10", "13:10")
  // Nobody had announced a close of KX-QUIET an hour before it.
  describe(5, 2, "13:00", "13:40")
  for (const [n, status] of ["complete", "failed", "complete", "complete"].entries())
    addRun(database, "markets", slotAt(n), status, 900)
  for (const [n, market, yes_bid, yes_ask] of [
    [0, 1, 40, 42.5],
    [0, 2, 10, 11],
    [1, 1, 44, 45],
    [2, 1, 50, 52],
    [2, 3, 0, 100]
  ] as const)
    addPrice(database, { slot: slotAt(n), market, seq: n + 1, yes_bid, yes_ask })
  return dataDir
})

describe("derived views", () => {
  it.scopedLive("prices_before_close: by the close as scheduled then, and by the actual one", () =>
    Effect.gen(function* () {
      const analytics = analyticsOf({ dataDir: yield* closing })
      let read = 0
      const { rows } = yield* analytics.query({
        sql: `SELECT ticker, horizon, basis, close_time, target_time, snapshot_time, probability, reason
          FROM prices_before_close WHERE horizon IN ('1h', '6h') ORDER BY ALL`
      })
      const at = (clock: string) => `2026-11-22T${clock}:00Z`
      assert.deepStrictEqual(rows, [
        ["KX-EMPTY", "1h", "actual", at("13:35"), at("12:35"), T(2), null, "empty"],
        ["KX-EMPTY", "6h", "actual", at("13:35"), at("07:35"), null, null, "gap"],
        ["KX-MOVED", "1h", "actual", at("13:10"), at("12:10"), T(0), 0.4125, null],
        ["KX-MOVED", "1h", "scheduled", at("13:20"), at("12:20"), T(0), 0.4125, null],
        ["KX-MOVED", "6h", "actual", at("13:10"), at("07:10"), null, null, "gap"],
        ["KX-QUIET", "1h", "actual", at("13:40"), at("12:40"), null, null, "not_open"],
        ["KX-QUIET", "6h", "actual", at("13:40"), at("07:40"), null, null, "gap"]
      ])
      yield* analytics.query({
        sql: "SELECT probability FROM prices_before_close WHERE ticker = 'KX-MOVED'",
        onRead: (rows) =>
          Effect.sync(() => {
            read = rows
          })
      })
      assert.strictEqual(
        read,
        3 + 1 + 4 + 4,
        "its quotes, its description, its versions, the slots of the feed"
      )
    })
  )

  it.scopedLive("answer as their descriptions say", () =>
    Effect.gen(function* () {
      const analytics = analyticsOf({ dataDir: yield* recorded })
      const names = Object.keys(CASES)
      const { results } = yield* analytics.queryAll({ sqls: names.map((name) => CASES[name]?.[0] ?? "") })
      for (const [at, name] of names.entries())
        assert.deepStrictEqual(results[at]?.rows, CASES[name]?.[1] as never, name)
    })
  )

  it.scopedLive("read what they need where a statement has no plan, and of one market only its rows", () =>
    Effect.gen(function* () {
      const analytics = analyticsOf({ dataDir: yield* recorded })
      const summary = yield* analytics.query({ sql: "SUMMARIZE latest_prices" })
      assert.strictEqual(Number(summary.rows[0]?.at(10)), 4, JSON.stringify(summary.rows[0]))
      const pivot = yield* analytics.query({
        sql: "PIVOT (SELECT is_open FROM latest_prices) ON is_open USING count(*)"
      })
      assert.deepStrictEqual(pivot.rows, [[2, 2]])
      let read = 0
      yield* analytics.query({
        sql: "SELECT probability FROM latest_prices WHERE ticker = 'KX-PAUSED'",
        onRead: (rows) =>
          Effect.sync(() => {
            read = rows
          })
      })
      assert.strictEqual(read, 2 + 1 + 4, "its two quotes, its description, the slots of the feed")
    })
  )
})
