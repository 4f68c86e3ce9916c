/**
 * SQLite's repositories of order books and trades, tested with the suites of their ports and against their
 * query plans.
 */
import type { Statement } from "@effect/sql"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { orderbookSlots, orderbookSnapshots } from "../../../../src/domain/read/orderbooks/table.ts"
import { trades } from "../../../../src/domain/read/trades/table.ts"
import { Database } from "../../../../src/layers/sqlite/database/Database.ts"
import * as OrderBooks from "../../../../src/layers/sqlite/repositories/OrderBookRepository.ts"
import * as Slots from "../../../../src/layers/sqlite/repositories/slots.ts"
import * as Trades from "../../../../src/layers/sqlite/repositories/TradeRepository.ts"
import { orderBookSuite } from "./orderbook-suite.ts"
import { overSqlite, recorded } from "./support.ts"
import { bookPage, sent, trade, tradePage } from "./tape.ts"
import { tradeSuite } from "./trade-suite.ts"

orderBookSuite("SQLite", overSqlite(OrderBooks.layer))
tradeSuite("SQLite", overSqlite(Trades.layer))

const minute = (n: number) =>
  `2026-11-22T${String(12 + Math.floor(n / 60)).padStart(2, "0")}:${String(n % 60).padStart(2, "0")}:00Z`

/** Sixty markets in forty slots, with a trade of each in each slot. */
const tape = Array.from({ length: 40 }, (_, n) => n * 5).flatMap((n, index) => {
  const tickers = Array.from({ length: 60 }, (_, market) => `K-${market}`)
  return [
    bookPage(
      minute(n),
      minute(n).replace("Z", ".500000Z"),
      0,
      ...tickers.map((ticker) => sent(ticker, [["0.4000", "1.00"]]))
    ),
    tradePage(index, ...tickers.map((ticker) => trade(`${ticker}-${index}`, ticker, minute(n))))
  ]
})

const PlanStep = Schema.Struct({ detail: Schema.String })

const planOf = (statement: Statement.Statement<unknown>) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const [text, parameters] = statement.compile()
    const steps = yield* sql.unsafe(`EXPLAIN QUERY PLAN ${text}`, parameters).unprepared
    return (yield* Schema.decodeUnknown(Schema.Array(PlanStep))(steps)).map(({ detail }) => detail)
  })

const BOOK = "SEARCH b USING PRIMARY KEY (slot=? AND market=?)"
const LEVELS = "SEARCH l USING PRIMARY KEY (slot=? AND market=? AND seq=?) LEFT-JOIN"
const OF_MARKET = [
  "SEARCH m USING PRIMARY KEY (span=? AND market=?)",
  "SEARCH t USING PRIMARY KEY (created>? AND created<?)"
]

/**
 * Steps that the plan must contain. It sorts only the levels of a page of books, never a table that grows
 * without limit.
 */
const statements = Effect.gen(function* () {
  const { sql } = yield* Database
  const books = OrderBooks.statements(sql)
  const trades = Trades.statements(sql)
  const [from, to] = [{ created: 1_795_000_000_000_000, tradeId: "" }, 1_796_000_000_000_000]
  const expected: Readonly<
    Record<string, readonly [Statement.Statement<unknown>, ReadonlyArray<string>, sorts?: boolean]>
  > = {
    "a market's book": [
      books.asOf("K-1", 1_796_000_000, "2026-11-22T14:00:00.000000Z"),
      ["SEARCH t USING INTEGER PRIMARY KEY (rowid<?)", BOOK, LEVELS],
      true
    ],
    "the books of a slot": [
      books.ofSlot(1_795_000_000, "", 10),
      ["SEARCH b USING PRIMARY KEY (slot=? AND market>?)", LEVELS],
      true
    ],
    "the slots": [
      Slots.make(sql, orderbookSlots).statements.between(0, 1_796_000_000, 10),
      ["SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"]
    ],
    "a market's trades": [
      trades.ofMarket("K-1", from, to, 10),
      ["SEARCH s USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", ...OF_MARKET]
    ],
    "all trades": [
      trades.between(from, to, 10),
      ["SEARCH t USING PRIMARY KEY ((created,trade_id)>(?,?) AND created<?)"]
    ],
    "a market's last trade": [
      trades.latest("K-1", to),
      ["SEARCH s USING INTEGER PRIMARY KEY (rowid<?)", ...OF_MARKET]
    ],
    "a market's volume": [
      trades.volume("K-1", from.created, to),
      ["SEARCH s USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", ...OF_MARKET]
    ]
  }
  return expected
})

const checkPlans = (when: string) =>
  Effect.gen(function* () {
    for (const [what, [statement, steps, sorts = false]] of Object.entries(yield* statements)) {
      const plan = yield* planOf(statement)
      const said = `${what} ${when}:\n${plan.join("\n")}`
      for (const step of steps) assert.include(plan, step, said)
      assert.deepStrictEqual(
        plan.filter((step) => step.startsWith("SCAN ") && step !== "SCAN k"),
        [],
        said
      )
      const sorting = plan.filter((step) => step.startsWith("USE TEMP B-TREE"))
      assert.strictEqual(sorting.length, sorts ? 1 : 0, said)
      assert.notMatch(plan.join("\n"), /ANY\(|AUTOMATIC/, said)
    }
  })

describe("SQLite answers queries for books and trades by keys", () => {
  it.effect("without statistics, after ANALYZE, and when the tables have grown", () =>
    Effect.gen(function* () {
      const { sql } = yield* Database
      yield* checkPlans("without statistics")
      yield* sql`ANALYZE`.unprepared
      yield* checkPlans("after ANALYZE")
      // The statistics that ANALYZE would have after two weeks of 10,000 books an hour and 7.5 million trades
      // a day.
      const grown = {
        trade_rows: "105000000 1 1",
        trade_markets: "13440000 10000 1",
        orderbook_books: "3360000 10000 1 1",
        orderbook_levels: "67200000 200000 20 20 10 1",
        market_numbers: "800000 1"
      }
      for (const [table, stat] of Object.entries(grown))
        yield* sql`UPDATE sqlite_stat1 SET stat = ${stat} WHERE tbl = ${table}`.unprepared
      yield* sql`ANALYZE sqlite_schema`.unprepared
      yield* checkPlans("with the statistics of two weeks")
    }).pipe(Effect.provide(recorded(tape)))
  )

  it.effect("and shows both in the views of users", () =>
    Effect.gen(function* () {
      const { sql } = yield* Database
      for (const table of [orderbookSnapshots, trades]) {
        const [row] = yield* sql<Record<string, unknown>>`
          SELECT * FROM ${sql(table.name)} WHERE ticker = 'K-1' LIMIT 1`
        assert.deepStrictEqual(Object.keys(row ?? {}), Object.keys(table.columns))
      }
      const [first] = yield* sql`SELECT created_time, yes_price, typeof(count) AS kind FROM trades LIMIT 1`
      assert.deepStrictEqual(first, {
        created_time: "2026-11-22T12:00:00.000000Z",
        yes_price: 40,
        kind: "integer"
      })
    }).pipe(Effect.provide(recorded(tape)))
  )
})
