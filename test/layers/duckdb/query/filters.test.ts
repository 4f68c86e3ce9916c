import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { publicTables } from "../../../../src/domain/read/catalog.ts"
import { slotText } from "../../../../src/domain/units/time.ts"
import { openDuck } from "../../../../src/layers/duckdb/Duck.ts"
import * as Analytics from "../../../../src/layers/duckdb/query/Analytics.ts"
import { needsOf } from "../../../../src/layers/duckdb/query/needs.ts"
import { explained } from "../../../../src/layers/duckdb/query/query-error.ts"
import { columnsOf, sqlType } from "../../../../src/layers/duckdb/staging/kinds.ts"
import { sourceOf } from "../../../../src/layers/duckdb/staging/sources.ts"
import { openSnapshot } from "../../../../src/layers/sqlite/database/Snapshot.ts"
import { FIRST_SLOT, fillFacts, TICKERS } from "../facts.ts"
import { scopedDataDir } from "../support.ts"

/** A DuckDB with the tables without rows, as a statement is planned. */
const planner = Effect.gen(function* () {
  const duck = yield* openDuck({ memoryMegabytes: 500, spillFolder: "/nowhere", onError: explained })
  for (const table of publicTables) {
    const columns = columnsOf(table).map((column) => `${quoted(column)} ${sqlType(table, column)}`)
    yield* duck.run(`CREATE TABLE main.${quoted(table.name)} (${columns.join(", ")})`)
  }
  return duck
})

const boundsOf = (sql: string) =>
  Effect.gen(function* () {
    const needs = yield* needsOf(yield* planner, { sql, kind: "read" }, false)
    return Object.fromEntries([...needs].map(([{ name }, { bounds }]) => [name, Object.fromEntries(bounds)]))
  })

const micros = (time: string) => Date.parse(time) * 1000

describe("the bounds of a statement", () => {
  const cases: ReadonlyArray<readonly [string, Readonly<Record<string, unknown>>]> = [
    [
      "SELECT 1 FROM price_snapshots WHERE ticker = 'it''s' AND snapshot_time >= '2026-11-01'",
      { price_snapshots: { ticker: { values: ["it's"] }, snapshot_time: { from: micros("2026-11-01") } } }
    ],
    [
      "SELECT 1 FROM trades t WHERE t.created_time BETWEEN '2026-11-01' AND '2026-11-02 12:00:00.25+02'",
      { trades: { created_time: { from: micros("2026-11-01"), to: micros("2026-11-02T10:00:00.250Z") } } }
    ],
    [
      "SELECT 1 FROM markets WHERE status IN ('active', 'closed') AND (ticker = 'a' OR ticker = 'b')",
      { markets: { status: { values: ["active", "closed"] }, ticker: { values: ["a", "b"] } } }
    ],
    [
      "SELECT 1 FROM price_snapshots p JOIN markets m USING (ticker) WHERE m.ticker = 'a'",
      { markets: { ticker: { values: ["a"] } }, price_snapshots: { ticker: { values: ["a"] } } }
    ],
    ["SELECT 1 FROM trades WHERE ticker LIKE 'KX%'", { trades: { ticker: { from: "KX", to: "KY" } } }],
    ["SELECT 1 FROM observations WHERE seq = 5 OR seq = 9", { observations: { seq: { from: 5, to: 9 } } }],
    [
      "SELECT 1 FROM trades WHERE created_time >= '2026-11-02' UNION ALL SELECT 2 FROM trades WHERE created_time > '2026-11-01' AND ticker = 'a'",
      { trades: { created_time: { from: micros("2026-11-01") } } }
    ],
    // None of these bounds anything.
    ["SELECT 1 FROM trades WHERE ticker = 'a' OR created_time > '2026-11-01'", { trades: {} }],
    ["SELECT 1 FROM trades WHERE ticker <> 'a' AND NOT ticker = 'b'", { trades: {} }],
    ["SELECT 1 FROM trades WHERE ticker = E'a\\nticker=''\\nb'", { trades: {} }],
    ["SELECT 1 FROM trades WHERE ticker IN ('a', 'Ω')", { trades: {} }],
    ["SELECT 1 FROM trades WHERE yes_price > 5 AND is_block_trade", { trades: {} }],
    ["SELECT 1 FROM trades, trades other WHERE trades.ticker = 'a'", { trades: {} }],
    ["SELECT count(*) FILTER (WHERE ticker = 'a') FROM trades", { trades: {} }]
  ]
  for (const [sql, bounds] of cases)
    it.scopedLive(sql, () => Effect.map(boundsOf(sql), (found) => assert.deepStrictEqual(found, bounds)))
})

const quotedText = (text: string) => `'${text.replaceAll("'", "''")}'`
const tickerArbitrary = fc.constantFrom(...TICKERS, "none").map(quotedText)

const timeArbitrary = fc
  .tuple(fc.integer({ min: -1, max: 6 * 96 }), fc.constantFrom("", ".000001", ".5"))
  .map(([slots, fraction]) => `'${slotText(FIRST_SLOT + slots * 900).slice(0, 19)}${fraction}Z'`)

const comparison = (column: string, values: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc
      .tuple(fc.constantFrom("=", "<", "<=", ">", ">=", "<>"), values)
      .map(([operator, value]) => `${column} ${operator} ${value}`),
    fc.array(values, { minLength: 1, maxLength: 3 }).map((list) => `${column} IN (${list.join(", ")})`),
    fc.tuple(values, values).map(([from, to]) => `${column} BETWEEN ${from} AND ${to}`)
  )

const times: Readonly<Record<string, string>> = {
  price_snapshots: "snapshot_time",
  orderbook_snapshots: "snapshot_time",
  trades: "created_time",
  candlesticks: "end_time",
  markets: "open_time"
}

const questionArbitrary = fc.constantFrom(...Object.keys(times)).chain((name) => {
  const one = fc.oneof(
    comparison("ticker", tickerArbitrary),
    comparison(times[name] ?? "", timeArbitrary),
    ...(name === "candlesticks" ? [comparison("period_minutes", fc.constantFrom("1", "60"))] : [])
  )
  const joined = fc
    .tuple(fc.array(one, { minLength: 1, maxLength: 3 }), fc.constantFrom(" AND ", " AND ", " OR "))
    .map(([terms, word]) => `(${terms.join(word)})`)
  return fc
    .array(joined, { minLength: 1, maxLength: 2 })
    .map((terms) => ({ name, where: terms.join(" AND ") }))
})

describe("a source with bounds", () => {
  it.scopedLive("leaves out no row that the statement needs", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      fillFacts(database, 7, 300)
      const duck = yield* planner
      const snapshot = yield* openSnapshot(dataDir)
      const count = (sql: string) =>
        Effect.flatMap(duck.run(sql), (result) =>
          Effect.promise(async () => (await result.getRowsJson())[0]?.map(Number) ?? [])
        )
      const tables = publicTables.filter(({ name }) => name in times)
      for (const table of tables) {
        const source = yield* sourceOf(duck, snapshot, table)
        yield* source.stage({ columns: columnsOf(table), view: "staged.part" })
        yield* duck.run(`CREATE TABLE staged.all_${table.name} AS FROM staged.part`)
      }
      let left = 0
      for (const { name, where } of fc.sample(questionArbitrary, { numRuns: 120, seed: 11 })) {
        const table = tables.find((one) => one.name === name)
        if (table === undefined) continue
        const sql = `SELECT * FROM ${name} WHERE ${where}`
        const need = (yield* needsOf(duck, { sql, kind: "read" }, false)).get(table)
        const source = yield* sourceOf(duck, snapshot, table)
        const rows = yield* source.stage({
          columns: columnsOf(table),
          view: "staged.part",
          ...(need === undefined ? {} : { bounds: need.bounds })
        })
        const all = `SELECT * FROM staged.all_${name} WHERE ${where}`
        const part = `SELECT * FROM staged.part WHERE ${where}`
        const [missing, surplus, total] = yield* count(
          `SELECT (SELECT count(*) FROM (${all} EXCEPT ALL ${part})),
            (SELECT count(*) FROM (${part} EXCEPT ALL ${all})), (SELECT count(*) FROM staged.all_${name})`
        )
        assert.deepStrictEqual([missing, surplus], [0, 0], sql)
        left += rows < (total ?? 0) ? 1 : 0
      }
      assert.isAbove(left, 30)
    })
  )

  it.scopedLive("reads a part for a question about a part", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      fillFacts(database, 3, 300)
      const rowsRead = (sql: string) =>
        Effect.gen(function* () {
          let read = 0
          const onRead = (rows: number) =>
            Effect.sync(() => {
              read = rows
            })
          yield* Analytics.make({ dataDir }).query({ sql, onRead })
          return read
        })
      assert.strictEqual(yield* rowsRead("SELECT max(yes_bid) FROM price_snapshots"), 300)
      assert.strictEqual(
        yield* rowsRead("SELECT max(yes_bid), max(observed_at) FROM price_snapshots WHERE ticker = 'KX-1'"),
        50
      )
      assert.isBelow(yield* rowsRead("FROM trades WHERE created_time >= '2026-11-03T12:00:00Z'"), 40)
      assert.strictEqual(yield* rowsRead("FROM markets WHERE ticker IN ('KX-1', 'KX-6')"), 2)
      assert.strictEqual(yield* rowsRead("FROM candlesticks WHERE ticker = 'none'"), 0)
    })
  )
})
