/** Statements made at random: what is loaded for them must answer them as whole tables do. */
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { quotedString } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { answers } from "../../../../src/domain/answers/catalog.ts"
import { createSql } from "../../../../src/layers/duckdb/answers.ts"
import * as Exporter from "../../../../src/layers/duckdb/export/Exporter.ts"
import * as Analytics from "../../../../src/layers/duckdb/query/Analytics.ts"
import { fillFacts, TICKERS } from "../facts.ts"
import { insert, readAll, scopedDataDir, scopedReader } from "../support.ts"

const STATEMENTS = 30

/** Columns with values to compare them with. All of these tables have the column `ticker`. */
const TABLES: Readonly<Record<string, Readonly<Record<string, ReadonlyArray<string>>>>> = {
  markets: { title: ["''"], status: ["'active'", "'closed'"], floor_strike: ["0.5", "65000"] },
  price_snapshots: {
    snapshot_time: ["TIMESTAMPTZ '2026-11-01 00:00:00+00'", "TIMESTAMPTZ '2026-11-02 12:00:00+00'"],
    yes_bid: ["50", "99"],
    last_price: ["60"]
  },
  trades: {
    created_time: ["TIMESTAMPTZ '2026-11-01 00:00:00+00'"],
    trade_id: ["'trade-7'"],
    yes_price: ["50"]
  },
  candlesticks: { period_minutes: ["1", "60"], volume: ["100"], price_close: ["50"] },
  orderbook_snapshots: { side: ["'yes'", "'no'"], price: ["2.5"], size: ["100"] },
  quotes: { observed_at: ["TIMESTAMPTZ '2026-11-01 00:00:00+00'"], yes_bid: ["50"], probability: ["0.5"] },
  latest_prices: { yes_bid: ["50"], status: ["'active'"] }
}

interface Source {
  readonly table: string
  readonly aggregate: string
  readonly condition: string
  readonly other: string
}

const condition = (table: string): fc.Arbitrary<string> =>
  fc
    .constantFrom(...Object.entries({ ticker: TICKERS.map(quotedString), ...TABLES[table] }))
    .chain(([column, values]) =>
      fc.oneof(
        fc.constantFrom(`${column} IS NULL`, `${column} IS NOT NULL`),
        fc
          .tuple(fc.constantFrom("=", "<", "<=", ">", ">=", "<>"), fc.constantFrom(...values), fc.boolean())
          .map(([operator, value, isOr]) =>
            isOr ? `(${column} ${operator} ${value} OR ${column} IS NULL)` : `${column} ${operator} ${value}`
          )
      )
    )

const source: fc.Arbitrary<Source> = fc.constantFrom(...Object.keys(TABLES)).chain((table) =>
  fc.record({
    table: fc.constant(table),
    aggregate: fc
      .constantFrom("ticker", ...Object.keys(TABLES[table] ?? {}))
      .chain((column) => fc.constantFrom("count(*)", `count(${column})`, `max(${column})::VARCHAR`)),
    condition: condition(table),
    other: condition(table)
  })
)

/** The forms of a statement about two sources: CTEs used twice, subqueries, joins, unions, windows. */
const FORMS: ReadonlyArray<(one: Source, two: Source) => string> = [
  ({ aggregate, condition, other, table }) =>
    `WITH f AS (FROM ${table}) SELECT (SELECT ${aggregate} FROM f WHERE ${condition}), (SELECT ${aggregate} FROM f WHERE ${other})`,
  (one, two) =>
    `WITH f AS (SELECT *, count(*) OVER (PARTITION BY ticker) AS n, (SELECT ${two.aggregate} FROM ${two.table} WHERE ${two.condition}) AS found FROM ${one.table})
     SELECT (SELECT max(found) FROM f WHERE ticker = 'KX-1'), (SELECT max(found) FROM f WHERE ticker > 'KX-1'), (SELECT max(n) FROM f WHERE ${one.condition})`,
  (one, two) =>
    `SELECT count(*), count(b.ticker) FROM (FROM ${one.table} WHERE ${one.condition}) a LEFT JOIN (FROM ${two.table} WHERE ${two.condition}) b ON b.ticker = a.ticker`,
  (one, two) =>
    `SELECT ${one.aggregate} FROM ${one.table} WHERE ${one.condition} OR ticker NOT IN (SELECT ticker FROM ${two.table} WHERE ${two.condition})`,
  ({ aggregate, condition, other, table }) =>
    `SELECT ${aggregate} FROM (FROM ${table} WHERE ${condition} UNION ALL FROM ${table} WHERE ${other}) WHERE ${condition}`
]

const statement = fc
  .tuple(fc.constantFrom(...FORMS), source, source)
  .map(([form, one, two]) => form(one, two))

const textOf = (value: unknown): string | null =>
  value === null ? null : String(Object(value).text ?? value)

describe("what is loaded for a statement", () => {
  it.scopedLive("answers it as whole tables do", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      fillFacts(database, 1, 200)
      insert(database, "event_rows", { event_ticker: "KXEVENT", series_ticker: "KX", mutually_exclusive: 1 })
      const output = join(dataDir, "exports")
      yield* Exporter.make({ dataDir }).exportParquet({ output })
      const whole = yield* scopedReader
      for (const name of readdirSync(output)) {
        if (name === "export.json") continue
        const files = name.endsWith(".parquet") ? name : `${name}/**/*.parquet`
        const path = quotedString(join(output, files))
        yield* readAll(whole, `CREATE VIEW ${name.replace(".parquet", "")} AS FROM read_parquet(${path})`)
      }
      yield* Effect.forEach(answers, (answer) => readAll(whole, createSql(answer, "main")))
      for (const sql of fc.sample(statement, STATEMENTS)) {
        const { rows } = yield* Analytics.make({ dataDir }).query({ sql })
        const expected = yield* readAll(whole, sql)
        assert.deepStrictEqual(
          rows.map((row) => row.map(textOf)),
          expected.map((row) => row.map(textOf)),
          sql
        )
      }
    })
  )
})
