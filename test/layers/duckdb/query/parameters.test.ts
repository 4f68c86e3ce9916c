/** The parameters of a statement: their types, what they bound, and their errors. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as DuckAnalytics from "../../../../src/layers/duckdb/query/Analytics.ts"
import type { QueryParameters } from "../../../../src/services/Analytics.ts"
import { fillFacts } from "../facts.ts"
import { readAll, scopedDataDir, scopedReader } from "../support.ts"

const recording = Effect.gen(function* () {
  const { dataDir, database } = yield* scopedDataDir
  fillFacts(database, 3, 300)
  return { dataDir, analytics: DuckAnalytics.make({ dataDir }) }
})

/** Values of a place that accepts any type, and the types that they are read as. */
const open: ReadonlyArray<readonly [QueryParameters[string], type: string, shown: unknown]> = [
  ["5", "BIGINT", 5],
  ["-0", "BIGINT", 0],
  ["007", "BIGINT", 7],
  ["45.50", "DECIMAL(4,2)", 45.5],
  ["123456789012345678901.5", "DECIMAL(22,1)", "123456789012345678901.5"],
  ["1e3", "DOUBLE", 1000],
  ["2026-11-01", "TIMESTAMP WITH TIME ZONE", "2026-11-01T00:00:00Z"],
  ["2026-11-01T02:00:00.25+02:00", "TIMESTAMP WITH TIME ZONE", "2026-11-01T00:00:00.250000Z"],
  ["true", "BOOLEAN", true],
  // These are no numbers, times or booleans, so they are text.
  ["2026-02-30", "VARCHAR", "2026-02-30"],
  ["1,5", "VARCHAR", "1,5"],
  ["", "VARCHAR", ""],
  ["it's'; DROP TABLE markets; --", "VARCHAR", "it's'; DROP TABLE markets; --"],
  [0.1, "DECIMAL(2,1)", 0.1],
  [1e300, "DOUBLE", 1e300],
  [false, "BOOLEAN", false],
  [null, "INTEGER", null]
]

describe("a parameter", () => {
  it.scopedLive("has the type that the statement needs, else the one that its text reads as", () =>
    Effect.gen(function* () {
      const { analytics } = yield* recording
      const names = open.map((_, at) => `p${at}`)
      const { columns, rows } = yield* analytics.query({
        sql: `SELECT ${names.map((name) => `$${name} AS ${name}`).join(", ")}`,
        parameters: Object.fromEntries(names.map((name, at) => [name, open[at]?.[0] ?? null]))
      })
      assert.deepStrictEqual(
        columns.map(({ type }) => type),
        open.map(([, type]) => type)
      )
      assert.deepStrictEqual(
        rows[0]?.map((value) => (typeof value === "object" ? (value?.toString() ?? null) : value)),
        open.map(([, , shown]) => shown)
      )
      const needed = yield* analytics.query({
        sql: `SELECT $text::VARCHAR AS text, upper($Word) AS word, to_hours($hours) AS hours,
          (SELECT count(*) FROM trades WHERE ticker = $number AND is_block_trade = $flag) AS none
          FROM range(10) LIMIT $rows`,
        parameters: { TEXT: "5", word: "5", hours: "2", number: "5", flag: "true", rows: "1" }
      })
      assert.deepStrictEqual(needed.rows, [["5", "5", "02:00:00", 0]])
    })
  )

  it.scopedLive("bounds the rows that are read as a constant does, also in a file", () =>
    Effect.gen(function* () {
      const { analytics, dataDir } = yield* recording
      const rowsRead = (sql: string, parameters: QueryParameters) =>
        Effect.gen(function* () {
          let read = 0
          const onRead = (rows: number) =>
            Effect.sync(() => {
              read = rows
            })
          const path = `${dataDir}/out.parquet`
          yield* analytics.writeParquet({ sql, parameters, onRead, path })
          const [[count] = []] = yield* readAll(yield* scopedReader, `SELECT count(*) FROM '${path}'`)
          return [read, Number(count)]
        })
      assert.deepStrictEqual(
        yield* rowsRead("FROM price_snapshots WHERE ticker = $ticker", { ticker: "KX-1" }),
        [50, 50]
      )
      const [read = 0, since] = yield* rowsRead(
        "FROM trades WHERE created_time >= $from AND ticker IN ($one, $other)",
        { from: "2026-11-03T12:00:00Z", one: "KX-1", other: "KX-2" }
      )
      const all = yield* analytics.query({
        sql: "SELECT count(*) FROM trades WHERE created_time >= '2026-11-03T12:00:00Z' AND ticker IN ('KX-1', 'KX-2')"
      })
      assert.deepStrictEqual([[since ?? null]], all.rows)
      assert.isBelow(read, 40)
    })
  )

  it.scopedLive("is refused without its value, and a value without its parameter", () =>
    Effect.gen(function* () {
      const { analytics } = yield* recording
      const refusals: ReadonlyArray<readonly [string, QueryParameters, RegExp]> = [
        ["SELECT $a, $b", { a: 1 }, /parameter \$b without a value\. Give it with --param b=VALUE$/],
        ["SELECT $a", { a: 1, c: 2 }, /^the statement has no parameter \$c; it has \$a$/],
        ["SHOW TABLES", { c: 2 }, /^the statement has no parameter \$c; it has none$/],
        ["FROM trades WHERE yes_price < $a", { a: "cheap" }, /Conversion Error: .*'?cheap/],
        ["PIVOT (FROM markets WHERE status = $a) ON status USING count(*)", { a: "" }, /PIVOT/]
      ]
      for (const [sql, parameters, why] of refusals) {
        const error = yield* Effect.flip(analytics.query({ sql, parameters }))
        assert.match(error.message, why)
      }
      for (const sql of ["DESCRIBE SELECT $a", "EXPLAIN SELECT $a", "SUMMARIZE SELECT $a"])
        assert.isNotEmpty((yield* analytics.query({ sql, parameters: { a: "1" } })).rows)
    })
  )
})
