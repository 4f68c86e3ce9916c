/**
 * The query plans of SQLite: by keys and indexes, and never by a scan of a table that grows without limit,
 * whatever SQLite knows of the tables.
 */

import type { Statement } from "@effect/sql"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { priceSlots } from "../../../../src/domain/read/prices/table.ts"
import { Database } from "../../../../src/layers/sqlite/database/Database.ts"
import * as Candlesticks from "../../../../src/layers/sqlite/repositories/CandlestickRepository.ts"
import * as Events from "../../../../src/layers/sqlite/repositories/EventRepository.ts"
import * as Markets from "../../../../src/layers/sqlite/repositories/MarketRepository.ts"
import * as Prices from "../../../../src/layers/sqlite/repositories/PriceRepository.ts"
import * as Series from "../../../../src/layers/sqlite/repositories/SeriesRepository.ts"
import * as Settlements from "../../../../src/layers/sqlite/repositories/SettlementRepository.ts"
import * as Slots from "../../../../src/layers/sqlite/repositories/slots.ts"
import { described, listing, market, recorded } from "./support.ts"

const PlanStep = Schema.Struct({ detail: Schema.String })

const planOf = (statement: Statement.Statement<unknown>) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const [text, parameters] = statement.compile()
    const steps = yield* sql.unsafe(`EXPLAIN QUERY PLAN ${text}`, parameters).unprepared
    return (yield* Schema.decodeUnknown(Schema.Array(PlanStep))(steps)).map(({ detail }) => detail)
  })

/** Sixty markets in forty slots. */
const tape = [
  ...Array.from({ length: 40 }, (_, minute) =>
    listing(
      { at: `2026-11-22T12:${String(minute).padStart(2, "0")}:00Z` },
      ...Array.from({ length: 60 }, (_, index) => market(`K-${index}`, { event_ticker: `E-${index % 6}` }))
    )
  ),
  described(
    { at: "2026-11-23T12:00:00Z" },
    ...Array.from({ length: 60 }, (_, index) =>
      market(`L-${index}`, {
        event_ticker: `E-${index % 6}`,
        status: "finalized",
        settlement_ts: "2026-11-23T00:00:00Z"
      })
    )
  )
]

interface Expected {
  readonly statement: Statement.Statement<unknown>
  /** Steps that the plan must contain; it has no full scan other than those named here. */
  readonly steps: ReadonlyArray<string>
  /** True if the steps give the order, and sorting would mean reading more than a page. */
  readonly inOrder?: boolean
}

/** Every list and look-up. */
const statements = Effect.gen(function* () {
  const { sql } = yield* Database
  const events = Events.statements(sql)
  const markets = Markets.statements(sql)
  const prices = Prices.statements(sql)
  const slots = Slots.make(sql, priceSlots).statements
  const settlements = Settlements.statements(sql)
  const series = Series.statements(sql)
  const candlesticks = Candlesticks.statements(sql)
  const CANDLE = "SEARCH c USING PRIMARY KEY (end_seconds=? AND period_minutes=? AND market=?)"
  const BY_KEY = "SEARCH p USING PRIMARY KEY (slot=? AND market=?)"
  const noon = "2026-11-22T12:00:00.000000Z"
  const expected: Readonly<Record<string, Expected>> = {
    "an event": { statement: events.byTicker("E-1"), steps: ["SEARCH e USING PRIMARY KEY (event_ticker=?)"] },
    "events of a series": {
      statement: events.ofSeries("S", "", 10),
      steps: ["SEARCH e USING INDEX event_rows_by_series (series_ticker=? AND event_ticker>?)"],
      inOrder: true
    },
    "a market": {
      statement: markets.byTicker("K-1"),
      steps: ["SEARCH m USING INTEGER PRIMARY KEY (rowid=?)"]
    },
    "open markets of an event": {
      statement: markets.openOfEvent("E-1", "", 10),
      steps: ["SEARCH m USING INDEX market_rows_open (event_ticker=?)"]
    },
    "open markets of a series": {
      statement: markets.openOfSeries("S", { eventTicker: "", ticker: "" }, 10),
      steps: [
        "SEARCH e USING COVERING INDEX event_rows_by_series (series_ticker=? AND event_ticker>?)",
        "SEARCH m USING INDEX market_rows_open (event_ticker=?)"
      ],
      inOrder: true
    },
    "open markets of a category": {
      statement: markets.openOfCategory("C", { eventTicker: "", ticker: "" }, 10),
      steps: ["SEARCH o USING COVERING INDEX market_rows_open (event_ticker>?)"],
      inOrder: true
    },
    "markets that await settlement": {
      statement: markets.awaitingSettlement(noon, { closed: "", ticker: "" }, 10),
      steps: [
        "SEARCH market_rows USING INDEX market_rows_unsettled (close_time>? AND close_time<?)",
        "SEARCH market_rows USING COVERING INDEX market_rows_by_status (status=?)",
        "SEARCH settlement_rows USING COVERING INDEX settlement_rows_by_time (settled_at>?)"
      ]
    },
    "a market's latest price": { statement: prices.latest("K-1"), steps: ["SCAN t", BY_KEY], inOrder: true },
    "its price as of a time": {
      statement: prices.asOf("K-1", 1_795_000_000, noon),
      steps: ["SEARCH t USING INTEGER PRIMARY KEY (rowid<?)", BY_KEY],
      inOrder: true
    },
    "its prices between two times": {
      statement: prices.between("K-1", 1_795_000_000, 1_796_000_000, 10),
      steps: ["SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", BY_KEY],
      inOrder: true
    },
    "the prices of a slot": {
      statement: prices.ofSlot(1_795_000_000, "", 10),
      steps: ["SEARCH p USING PRIMARY KEY (slot=? AND market>?)"],
      inOrder: true
    },
    "the slots": {
      statement: slots.between(0, 1_796_000_000, 10),
      steps: ["SEARCH t USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"],
      inOrder: true
    },
    "a settlement": {
      statement: settlements.ofMarket("K-1"),
      steps: ["SEARCH s USING INTEGER PRIMARY KEY (rowid=?)"]
    },
    "settlements since a time": {
      statement: settlements.since({ settledAt: noon, ticker: "" }, 10),
      steps: ["SEARCH s USING INDEX settlement_rows_by_time (settled_at>?)"],
      inOrder: true
    },
    "a series": { statement: series.byTicker("S"), steps: ["SEARCH r USING PRIMARY KEY (series_ticker=?)"] },
    "all series": {
      statement: series.all("", 10),
      steps: ["SEARCH r USING PRIMARY KEY (series_ticker>?)"],
      inOrder: true
    },
    "series of a category": {
      statement: series.ofCategory("C", "", 10),
      steps: ["SEARCH r USING PRIMARY KEY (series_ticker>?)", "SCAN j VIRTUAL TABLE INDEX 1:"],
      inOrder: true
    },
    "a market's candles between two times": {
      statement: candlesticks.between("K-1", 60, 1_795_000_000, 1_796_000_000, 10),
      steps: ["SEARCH t USING PRIMARY KEY (period_minutes=? AND end_seconds>? AND end_seconds<?)", CANDLE],
      inOrder: true
    },
    "its latest candle": {
      statement: candlesticks.latest("K-1", 60, 1_796_000_000),
      steps: ["SEARCH t USING PRIMARY KEY (period_minutes=? AND end_seconds<?)", CANDLE],
      inOrder: true
    }
  }
  return expected
})

/** The rows of one page, which the steps before have found. */
const PAGE_SCAN = /^SCAN (k|c|\(subquery-\d+\))$/

const SORT = "USE TEMP B-TREE FOR ORDER BY"

const checkPlans = (when: string) =>
  Effect.gen(function* () {
    for (const [what, { inOrder = false, statement, steps }] of Object.entries(yield* statements)) {
      const plan = yield* planOf(statement)
      const said = `${what} ${when}:\n${plan.join("\n")}`
      for (const step of steps) assert.include(plan, step, said)
      const scans = plan.filter((step) => step.startsWith("SCAN ") && !PAGE_SCAN.test(step))
      assert.deepStrictEqual(
        scans,
        steps.filter((step) => step.startsWith("SCAN ")),
        said
      )
      if (inOrder) assert.notInclude(plan, SORT, said)
      // ANY(…) is a scan through every value of a key's first column.
      assert.notMatch(plan.join("\n"), /ANY\(|AUTOMATIC/, said)
    }
  })

describe("SQLite answers by keys and indexes", () => {
  it.effect("without statistics, after ANALYZE, and when the tables have grown", () =>
    Effect.gen(function* () {
      const { sql } = yield* Database
      yield* checkPlans("without statistics")
      yield* sql`ANALYZE`.unprepared
      yield* checkPlans("after ANALYZE")
      // The statistics that ANALYZE would have after two weeks: 1,344 slots of 120,000 markets.
      yield* sql`UPDATE sqlite_stat1 SET stat = '161280000 120000 1' WHERE tbl = 'price_rows'`.unprepared
      yield* sql`UPDATE sqlite_stat1 SET stat = '1344 1' WHERE tbl = 'price_slots'`.unprepared
      yield* sql`UPDATE sqlite_stat1 SET stat = '800000 1' WHERE tbl = 'market_numbers'`.unprepared
      yield* sql`ANALYZE sqlite_schema`.unprepared
      yield* checkPlans("with the statistics of two weeks")
    }).pipe(Effect.provide(recorded(tape)))
  )
})
