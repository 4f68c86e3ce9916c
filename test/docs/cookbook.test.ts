/** The queries of the cookbook that are easily wrong, on tables with a known answer. */
import { quotedString } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createAnswers } from "../../src/layers/duckdb/answers.ts"
import { openDuck } from "../../src/layers/duckdb/Duck.ts"
import { createEmptyTables } from "../../src/layers/duckdb/query/empty-tables.ts"
import { explained } from "../../src/layers/duckdb/query/query-error.ts"
import { cookbookBlocks, cookbookQueries } from "./cookbook.ts"

type Cell = string | number | null

/** The rows of a table, as values in the order of the columns that its key names: `"trades(ticker, count)"`. */
type Tables = Readonly<Record<string, ReadonlyArray<ReadonlyArray<Cell>>>>

const DAY = "2024-05-01"

/** A time of the day such as `12:00`, or another text, as SQL. */
const literal = (cell: Cell): string =>
  typeof cell !== "string"
    ? String(cell)
    : /^\d\d:\d\d/.test(cell)
      ? `TIMESTAMPTZ '${DAY} ${cell}${cell.length === 5 ? ":00" : ""}+00'`
      : quotedString(cell)

/** Returns a time, which DuckDB's client prints in the zone of this process, in UTC. */
const inUtc = <A>(value: A): A | string => {
  const [, day, time, zone] =
    typeof value === "string"
      ? (/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)([+-]\d\d(?::\d\d)?)$/.exec(value) ?? [])
      : []
  if (day === undefined || time === undefined || zone === undefined) return value
  const utc = new Date(`${day}T${time}${zone.length === 3 ? `${zone}:00` : zone}`).toISOString()
  return `${utc.slice(0, 10)} ${utc.slice(11, 19)}+00`
}

const answer = (name: string, tables: Tables) =>
  Effect.gen(function* () {
    const duck = yield* openDuck({ memoryMegabytes: 200, spillFolder: "/nowhere", onError: explained })
    yield* createEmptyTables(duck)
    yield* createAnswers(duck, "main")
    for (const [table, rows] of Object.entries(tables)) {
      const values = rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ")
      yield* duck.run(`INSERT INTO ${table} VALUES ${values}`)
    }
    const result = yield* duck.run(cookbookQueries.get(name) ?? "")
    const rows = yield* Effect.promise(() => result.getRowObjectsJson())
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([column, value]) => [column, inUtc(value)]))
    )
  }).pipe(Effect.scoped)

const QUOTES = "price_snapshots(ticker, snapshot_time, observed_at, yes_bid, yes_ask, volume)"
const quote = (ticker: string, at: string, bid: Cell, ask: Cell, volume: Cell = null) => [
  ...[ticker, at, at],
  ...[bid, ask, volume]
]
const VERSIONS = "market_history(ticker, event_ticker, observed_at, status, close_time, seq)"
/** Numbers the versions in the order in which they were received. */
const received = (versions: Tables[string]): Tables[string] =>
  versions.map((version, before) => [...version, before + 1])
const TRADES = "trades(ticker, trade_id, created_time, yes_price, no_price, count, taker_side)"
const trade = (ticker: string, id: string, at: string, price: number, count: number, side: Cell = "yes") => [
  ...[ticker, id, at],
  ...[price, 100 - price, count, side]
]

describe("the cookbook", () => {
  it("has fifteen queries or more, each with a name of its own", () => {
    assert.isAtLeast(cookbookQueries.size, 15)
    assert.strictEqual(cookbookQueries.size, cookbookBlocks)
  })

  it.live("calibration takes what was known an hour before the close as scheduled then", () =>
    Effect.gen(function* () {
      const markets = ["KNOWN", "LONGSHOT", "SCALAR", "OPEN", "OLD"]
      const rows = yield* answer("calibration", {
        [VERSIONS]: received([
          ...markets.map((ticker) => [ticker, "E", "08:00", "active", "12:00"]),
          // Its close moved before the moment, an hour before the first close, had come.
          ["MOVED", "F", "08:00", "active", "12:00"],
          ["MOVED", "F", "10:30", "active", "15:00"],
          // It closed early before an hour before its scheduled close: nobody could ask then.
          ["EARLY", "F", "08:00", "active", "14:00"],
          ["EARLY", "F", "12:00", "closed", "11:50"]
        ]),
        [QUOTES]: [
          quote("KNOWN", "10:55", 20, 40),
          quote("KNOWN", "11:00:01", 80, 90),
          quote("LONGSHOT", "10:50", 0, 4),
          quote("SCALAR", "10:50", 40, 60),
          quote("OPEN", "10:50", 40, 60),
          quote("OLD", "09:50", 40, 60),
          quote("MOVED", "10:55", 10, 20),
          quote("MOVED", "13:50", 60, 70),
          quote("EARLY", "10:45", 40, 60)
        ],
        "settlements(ticker, result, yes_payout)": [
          ["KNOWN", "yes", 100],
          ["LONGSHOT", "no", 0],
          ["SCALAR", "scalar", 37],
          ["OLD", "yes", 100],
          ["MOVED", "yes", 100],
          ["EARLY", "yes", 100]
        ]
      })
      const of = (left_out: Cell, at_least: Cell, mean_probability: Cell, share_yes: Cell) => ({
        ...{ left_out, at_least, markets: "1", events: "1" },
        ...{ mean_probability, share_yes }
      })
      assert.deepStrictEqual(rows, [
        of(null, 0, 0.02, 0),
        of(null, 0.2, 0.3, 1),
        of(null, 0.6, 0.65, 1),
        of("no price in that hour", null, null, null),
        of("not settled", null, null, null),
        of("paid a fraction", null, null, null)
      ])
    })
  )

  it.live("cost-of-100 buys YES from the bids for NO, and has no price for a thin book", () =>
    Effect.gen(function* () {
      const rows = yield* answer("cost-of-100", {
        "collection_runs(feed, slot, status)": [["orderbooks", "12:00", "complete"]],
        "orderbook_snapshots(ticker, snapshot_time, side, price, size)": [
          ["DEEP", "12:00", "no", 60, 40],
          ["DEEP", "12:00", "no", 55, 100],
          ["DEEP", "12:00", "yes", 39, 1000],
          ["THIN", "12:00", "no", 70, 50],
          ["THIN", "11:00", "no", 70, 500]
        ]
      })
      assert.deepStrictEqual(
        rows.map(({ average_price, best_ask, ticker }) => [ticker, Number(best_ask), average_price]),
        [
          ["DEEP", 40, 43],
          ["THIN", 30, null]
        ]
      )
    })
  )

  it.live("returns hold takers of NO to the price and the payout of NO", () =>
    Effect.gen(function* () {
      const rows = yield* answer("returns", {
        "markets(ticker, event_ticker, series_ticker, status, mve_collection_ticker)": [
          ["WON", "E", "S", "finalized", null],
          ["COMBO", "E", "S", "finalized", "M"],
          ["OTHER", "F", "FLAT", "finalized", null]
        ],
        "series_history(series_ticker, observed_at, fee_type, fee_multiplier)": [
          ["S", "09:00", "quadratic", 1],
          ["FLAT", "09:00", "flat", 1]
        ],
        "fee_changes(series_ticker, scheduled_time, observed_at, fee_type, fee_multiplier)": [
          ["S", "10:00:30", "09:00", "quadratic", 2]
        ],
        "settlements(ticker, event_ticker, result, yes_payout)": [
          ["WON", "E", "yes", 100],
          ["COMBO", "E", "yes", 100],
          ["OTHER", "F", "yes", 100]
        ],
        [TRADES]: [
          trade("WON", "1", "10:00", 45, 10, "yes"),
          trade("WON", "2", "10:01", 45, 10, "no"),
          trade("WON", "3", "10:02", 45, 10, null),
          trade("COMBO", "4", "10:03", 45, 10),
          trade("NEW", "5", "10:04", 45, 10),
          trade("OTHER", "6", "10:05", 45, 10)
        ]
      })
      assert.deepStrictEqual(
        rows.map((row) => [
          row.left_out,
          row.from_cents,
          row.taker_gross_percent,
          row.taker_net_percent,
          row.maker_gross_percent
        ]),
        [
          // $4.50 became $10, and the fee of 17.325 cents is 18; the maker lost $5.50.
          [null, 40, 122.22, 118.22, -100],
          // The fee had doubled by then.
          [null, 50, -100, -106.36, 122.22],
          ["combo", null, null, null, null],
          ["fee not known", null, null, null, null],
          ["not settled", null, null, null, null],
          ["side not sent", null, null, null, null]
        ]
      )
    })
  )

  it.live("combos multiply their legs, each by its side, and only if all have a price", () =>
    Effect.gen(function* () {
      const rows = yield* answer("combos", {
        "combo_legs(ticker, leg, leg_ticker, side)": [
          ["PAIR", 1, "A", "yes"],
          ["PAIR", 2, "B", "no"],
          ["LONE", 1, "A", "yes"],
          ["LONE", 2, "C", "yes"]
        ],
        [QUOTES]: [
          quote("A", "12:00", 40, 60),
          quote("B", "12:00", 20, 40),
          quote("C", "11:00", 20, 40),
          quote("PAIR", "12:00", 30, 40),
          quote("LONE", "12:00", 30, 40)
        ]
      })
      assert.deepStrictEqual(
        rows.map(({ priced_legs, product_of_legs, ticker }) => [ticker, priced_legs, product_of_legs]),
        [
          ["LONE", "1", null],
          ["PAIR", "2", 0.35]
        ]
      )
    })
  )

  it.live("candles contain a trade at their end, and trades after the end of the one before", () =>
    Effect.gen(function* () {
      const rows = yield* answer("candles-and-trades", {
        [TRADES]: [
          trade("A", "1", "08:30", 50, 1),
          trade("A", "2", "10:00", 50, 2),
          trade("A", "3", "10:00:00.000001", 50, 4),
          trade("A", "4", "12:30", 50, 8)
        ],
        "candlesticks(ticker, period_minutes, end_time, volume)": [
          ["A", 60, "09:00", 77],
          ["A", 60, "10:00", 2],
          ["A", 60, "11:00", 4],
          ["A", 60, "12:00", 3],
          ["A", 1, "11:00", 4]
        ]
      })
      assert.deepStrictEqual(
        rows.map(({ agree, candles, in_trades }) => [candles, agree, Number(in_trades)]),
        [
          ["1", "1", 2],
          ["1", "1", 4],
          ["1", "0", 0]
        ]
      )
    })
  )

  it.live("completeness compares the trades between two quotes with the growth of volume", () =>
    Effect.gen(function* () {
      const [row] = yield* answer("completeness", {
        [QUOTES]: [
          quote("WHOLE", "10:00", 40, 60, 100),
          quote("WHOLE", "11:00", 40, 60, 110),
          quote("LACKS", "10:00", 40, 60, 5),
          quote("LACKS", "11:00", 40, 60, 25)
        ],
        [TRADES]: [
          trade("WHOLE", "1", "10:00", 50, 50),
          trade("WHOLE", "2", "10:30", 50, 6),
          trade("WHOLE", "3", "11:00", 50, 4),
          trade("LACKS", "4", "10:30", 50, 15)
        ]
      })
      assert.deepInclude(row, { markets: "2", agree: "1", fewer_trades: "1", more_trades: "0" })
      assert.strictEqual(row?.residue_share, 0.16667)
    })
  )

  it.live("terms-changed and early-closes tell a moved close from an early one", () =>
    Effect.gen(function* () {
      const versions: Tables = {
        [VERSIONS]: received([
          ["MOVED", "E", "08:00", "active", "12:00"],
          ["MOVED", "E", "09:00", "active", "15:00"],
          ["MOVED", "E", "15:01", "finalized", "15:00"],
          ["EARLY", "E", "08:00", "active", "15:00"],
          ["EARLY", "E", "10:01", "finalized", "10:00"]
        ]),
        "markets(ticker, event_ticker, status, close_time, ended_at)": [
          ["MOVED", "E", "finalized", "15:00", "15:00"],
          ["EARLY", "E", "finalized", "10:00", "10:00"]
        ],
        "settlements(ticker, event_ticker, result, yes_payout)": [
          ["MOVED", "E", "yes", 100],
          ["EARLY", "E", "no", 0]
        ]
      }
      const changed = yield* answer("terms-changed", versions)
      assert.deepStrictEqual(
        changed.map(({ close_is, close_was, ticker }) => [ticker, close_was, close_is]),
        [["MOVED", `${DAY} 12:00:00+00`, `${DAY} 15:00:00+00`]]
      )
      const early = yield* answer("early-closes", versions)
      assert.deepStrictEqual(
        early.map(({ early_by, ticker }) => [ticker, String(Object.values(early_by ?? {}).join())]),
        [["EARLY", "0,0,18000000000"]]
      )
    })
  )

  it.live("last-trade takes the greatest id of the trades of one time", () =>
    Effect.gen(function* () {
      const rows = yield* answer("last-trade", {
        [TRADES]: [
          trade("A", "a", "10:00", 50, 1),
          trade("A", "b", "10:00", 60, 1),
          trade("A", "z", "09:59", 10, 1),
          trade("B", "c", "10:30", 10, 1),
          trade("B", "d", "10:00:00.000001", 10, 1)
        ]
      })
      assert.deepStrictEqual(
        rows.map(({ last_price, ticker, trades_at_that_time }) => [ticker, last_price, trades_at_that_time]),
        [["A", "60.0000", "2"]]
      )
    })
  )
})
