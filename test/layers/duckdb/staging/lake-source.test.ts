/** Answers over the lake and the tail: they must be those over SQLite alone, wherever the border lies. */
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Analytics from "../../../../src/layers/duckdb/query/Analytics.ts"
import { lakePath } from "../../../../src/layers/files/data-dir.ts"
import { compact, flush, pathsOf } from "../../lake/support.ts"
import { fillFacts, observeAgain, projectUpTo } from "../facts.ts"
import { scopedDataDir } from "../support.ts"

const ROWS = 240

const QUESTIONS: ReadonlyArray<string> = [
  "FROM price_snapshots ORDER BY ALL",
  "FROM orderbook_snapshots ORDER BY ALL",
  "FROM trades ORDER BY ALL",
  "FROM candlesticks ORDER BY ALL",
  "SELECT count(*) FROM orderbook_snapshots",
  "SELECT ticker, yes_bid FROM price_snapshots WHERE ticker IN ('KX-1', 'it''s') ORDER BY ALL",
  "SELECT count(*), sum(count) FROM trades WHERE created_time >= '2026-11-01' AND created_time < '2026-11-03'",
  "SELECT side, sum(size) FROM orderbook_snapshots WHERE ticker = 'it''s' AND side = 'yes' GROUP BY side",
  "SELECT max(price_close) FROM candlesticks WHERE period_minutes = 60 AND ticker = 'KX-6'",
  "SELECT ticker, arg_max(last_price, snapshot_time) FROM price_snapshots GROUP BY ticker ORDER BY ticker",
  "SELECT m.ticker, count(p.yes_bid) FROM markets m LEFT JOIN price_snapshots p USING (ticker) GROUP BY 1 ORDER BY 1",
  "SELECT ticker, snapshot_time, yes_bid - lag(yes_bid) OVER (PARTITION BY ticker ORDER BY snapshot_time) AS moved FROM price_snapshots ORDER BY ALL",
  "SELECT date_trunc('day', snapshot_time) AS day, count(*) FROM price_snapshots GROUP BY day ORDER BY day",
  "SELECT (SELECT max(created_time) FROM trades), (SELECT min(end_time) FROM candlesticks), midpoint FROM price_snapshots WHERE snapshot_time = (SELECT max(snapshot_time) FROM price_snapshots)",
  "DESCRIBE price_snapshots",
  "SHOW TABLES",
  "SELECT column_name, column_type, min, max, count FROM (SUMMARIZE trades)",
  "PIVOT candlesticks ON period_minutes USING count(*) GROUP BY ticker ORDER BY ticker"
]

const answersIn = (dataDir: string) =>
  Effect.forEach(QUESTIONS, (sql) =>
    Effect.map(Analytics.make({ dataDir }).query({ sql }), ({ columns, loaded, rows }) => ({
      sql,
      columns,
      loaded,
      rows
    }))
  )

describe("a table of the lake", () => {
  for (const [seed, cut, isCompacted] of [
    [1, 0, false],
    [2, 97, false],
    [3, 160, true],
    [4, ROWS, false]
  ] as const) {
    it.scopedLive(`answers as the tables do, flushed up to seq ${cut}`, () =>
      Effect.gen(function* () {
        const { dataDir, database } = yield* scopedDataDir
        fillFacts(database, seed, cut)
        projectUpTo(database, cut)
        yield* flush(dataDir)
        if (isCompacted) yield* compact(dataDir)
        fillFacts(database, seed, ROWS, cut)
        observeAgain(database, seed, ROWS)
        const answers = yield* answersIn(dataDir)
        database.exec("DELETE FROM lake_files; DELETE FROM lake_tables")
        assert.deepStrictEqual(answers, yield* answersIn(dataDir))
      })
    )
  }

  it.scopedLive("is read from the lake where SQLite no longer has the rows", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      fillFacts(database, 5, 60)
      projectUpTo(database, 60)
      yield* flush(dataDir)
      const before = yield* answersIn(dataDir)
      for (const table of ["price_rows", "orderbook_levels", "orderbook_books", "trade_rows", "candle_rows"])
        database.exec(`DELETE FROM ${table}`)
      assert.deepStrictEqual(yield* answersIn(dataDir), before)
    })
  )

  const damages: ReadonlyArray<readonly [string, (path: string) => void, RegExp]> = [
    ["missing", (path) => rmSync(path), /no such file/i],
    ["cut", (path) => truncateSync(path, 500), /it has 500 bytes, and was written with \d+/],
    ["longer", (path) => appendFileSync(path, "x"), /it has \d+ bytes, and was written with \d+/],
    [
      "flipped",
      (path) => {
        const bytes = readFileSync(path)
        bytes[60] = (bytes[60] ?? 0) ^ 1
        writeFileSync(path, bytes)
      },
      /its contents were changed after it was written/
    ]
  ]
  for (const [what, damage, why] of damages) {
    it.scopedLive(`says which of its files is ${what}, and what to do`, () =>
      Effect.gen(function* () {
        const { dataDir, database } = yield* scopedDataDir
        fillFacts(database, 6, 40)
        projectUpTo(database, 40)
        yield* flush(dataDir)
        const [path = ""] = pathsOf(dataDir, "trades")
        damage(join(lakePath(dataDir), path))
        const ask = (sql: string) => Analytics.make({ dataDir }).query({ sql })
        const error = yield* Effect.flip(ask("SELECT count(*) FROM trades"))
        assert.include(error.message, path)
        assert.match(error.message, why)
        assert.match(error.message, /`kalshi replay` makes the lake anew/)
        // What does not need the file is answered.
        yield* ask("SELECT count(*) FROM candlesticks")
        yield* ask("SELECT count(*) FROM trades WHERE created_time < '2026-01-01'")
      })
    )
  }

  it.scopedLive("gives access to nothing but the files of the lake, and to them for reading", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      fillFacts(database, 6, 40)
      projectUpTo(database, 40)
      yield* flush(dataDir)
      writeFileSync(join(dataDir, "other.csv"), "a\n1\n")
      const [path = ""] = pathsOf(dataDir, "trades")
      const file = join(lakePath(dataDir), path)
      const bytes = readFileSync(file)
      const refused = (sql: string) => Effect.flip(Analytics.make({ dataDir }).query({ sql }))
      for (const sql of [
        `FROM read_csv('${join(dataDir, "other.csv")}')`,
        `FROM read_csv('${join(lakePath(dataDir), "..", "other.csv")}')`,
        `FROM read_blob('${join(dataDir, "kalshi.db")}')`,
        `FROM glob('${dataDir}/*')`,
        "FROM read_text('/etc/hostname')",
        `COPY (SELECT 1) TO '${file}' (FORMAT parquet)`,
        `EXPLAIN ANALYZE COPY (SELECT 1) TO '${file}' (FORMAT parquet)`,
        `EXPLAIN (ANALYZE, FORMAT json) COPY (SELECT 1) TO '${file}' (FORMAT parquet)`,
        `/* x */ EXPLAIN -- y\n ANALYZE /* SELECT */ COPY (SELECT 1) TO '${lakePath(dataDir)}/new.parquet'`,
        `ATTACH '${lakePath(dataDir)}/new.db'`
      ])
        assert.strictEqual((yield* refused(sql))._tag, "QueryFailed", sql)
      assert.deepStrictEqual(readFileSync(file), bytes)
      const plan = yield* Analytics.make({ dataDir }).query({
        sql: "EXPLAIN (ANALYZE) SELECT count(*) FROM trades"
      })
      assert.match(JSON.stringify(plan.rows), /READ_PARQUET|PARQUET_SCAN/)
    })
  )
})
