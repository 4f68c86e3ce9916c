/** What `query` refuses: everything that writes, attaches, installs, or reads outside of the lake and the archive. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { openDuck } from "../../../../src/layers/duckdb/Duck.ts"
import * as DuckAnalytics from "../../../../src/layers/duckdb/query/Analytics.ts"
import { needsOf } from "../../../../src/layers/duckdb/query/needs.ts"
import { explained } from "../../../../src/layers/duckdb/query/query-error.ts"
import { split, statementsIn } from "../../../../src/layers/duckdb/query/sql-text.ts"
import { readStatements } from "../../../../src/layers/duckdb/query/statement.ts"
import { addMarket, scopedDataDir } from "../support.ts"

const directory = Effect.gen(function* () {
  const { dataDir, database } = yield* scopedDataDir
  addMarket(database, 1, "KX-1")
  const lake = join(dataDir, "lake")
  mkdirSync(lake)
  for (const path of [join(lake, "inside.csv"), join(dataDir, "outside.csv")]) writeFileSync(path, "a\n7\n")
  return { dataDir, lake }
})

const NO_STATEMENT = /^[A-Z]+ is refused: query answers one statement that reads: SELECT, WITH, .*EXPLAIN\.$/
const MANY = /^these are \d statements: query answers one statement that reads/
const DISABLED = /file system operations are disabled.*query reads the recorded tables only/
const NO_CHANGE = /^\w+ is refused: query answers from the recorded tables; it changes no settings/

/** Statements that DuckDB must not see, or must not execute. `LAKE` is a folder that statements may read. */
const refused: ReadonlyArray<readonly [RegExp, ReadonlyArray<string>]> = [
  [
    NO_STATEMENT,
    [
      "COPY markets TO 'LAKE/x.csv'",
      "COPY (SELECT 1) TO 'LAKE/x.parquet'",
      "COPY markets FROM 'LAKE/inside.csv'",
      "copy/**/markets to 'LAKE/x.csv'",
      "-- a comment\nCOPY markets TO 'LAKE/x.csv'",
      "EXPORT DATABASE 'LAKE/x'",
      "IMPORT DATABASE 'LAKE/x'",
      "ATTACH 'LAKE/x.db'",
      "ATTACH ':memory:' AS m",
      "DETACH memory",
      "USE memory",
      "INSTALL httpfs",
      "FORCE INSTALL httpfs",
      "LOAD httpfs",
      "UPDATE EXTENSIONS",
      "PRAGMA database_list",
      "PRAGMA enable_profiling = 'json'",
      "SET memory_limit = '100GB'",
      "RESET memory_limit",
      "SET VARIABLE x = 5",
      "CREATE TABLE x AS SELECT 1",
      "CREATE TEMP TABLE x AS SELECT 1",
      "CREATE OR REPLACE MACRO x() AS 1",
      "CREATE VIEW x AS SELECT 1",
      "CREATE SECRET s (TYPE s3)",
      "CREATE TYPE x AS ENUM ('a')",
      "DROP TABLE markets",
      "ALTER TABLE markets RENAME TO x",
      "INSERT INTO markets (ticker) VALUES ('x')",
      "UPDATE markets SET ticker = 'x'",
      "DELETE FROM markets",
      "TRUNCATE markets",
      "MERGE INTO markets USING markets m ON true WHEN MATCHED THEN DELETE",
      "PREPARE p AS SELECT 1",
      "EXECUTE p",
      "DEALLOCATE p",
      "CALL pragma_version()",
      "CALL enable_logging(storage = 'file', storage_path = 'LAKE/log')",
      "CHECKPOINT",
      "VACUUM",
      "ANALYZE",
      "BEGIN",
      "COMMENT ON TABLE markets IS 'x'",
      "EXPLAIN ANALYZE COPY (SELECT 1) TO 'LAKE/x.csv'",
      "EXPLAIN (ANALYZE, FORMAT json) COPY (SELECT 1) TO 'LAKE/x.csv'",
      "EXPLAIN /* x */ ANALYZE -- y\n EXPORT DATABASE 'LAKE/x'",
      "EXPLAIN ANALYZE DELETE FROM markets"
    ]
  ],
  [
    MANY,
    [
      "SELECT 1; COPY (SELECT 1) TO 'LAKE/x.csv'",
      "SELECT 1; EXPORT DATABASE 'LAKE/x'",
      "EXPORT DATABASE 'LAKE/x'; SELECT 1",
      "EXPLAIN ANALYZE SELECT 1; EXPORT DATABASE 'LAKE/x'",
      // In each of these, another reading of the text would find one statement.
      "SELECT 1 AS a$b$; EXPORT DATABASE 'LAKE/x$b$'",
      "SELECT 1 --\r; EXPORT DATABASE 'LAKE/x'",
      "SELECT E'\\''; EXPORT DATABASE 'LAKE/x'; --'",
      "SELECT '\\'; EXPORT DATABASE 'LAKE/x'; --'"
    ]
  ],
  [
    NO_CHANGE,
    [
      "FROM enable_logging('QueryLog', storage := 'file', storage_path := 'LAKE/log')",
      "SELECT (SELECT count(*) FROM system.main.\"enable_logging\"('QueryLog'))",
      "FROM query('FROM enable_' || 'logging()')",
      "FROM enable_profiling(save_location := 'LAKE/x.txt')",
      "FROM disable_profiling()",
      "FROM checkpoint()",
      "FROM json_execute_serialized_sql(json_serialize_sql('FROM enable_logging()'))",
      "EXPLAIN ANALYZE FROM enable_profiling(save_location := 'LAKE/x.txt')",
      "EXPLAIN ANALYZE FROM query/**/('FROM enable_' || 'logging()')",
      'PIVOT (FROM "enable_logging"()) ON Success'
    ]
  ],
  [
    DISABLED,
    [
      "FROM read_csv('/etc/passwd')",
      "FROM read_text('/etc/passwd')",
      "FROM read_blob(['LAKE/inside.csv', '/etc/passwd'])",
      "FROM read_json('/etc/passwd')",
      "FROM read_parquet('/etc/passwd')",
      "FROM parquet_metadata('/etc/passwd')",
      "FROM sniff_csv('/etc/passwd')",
      "FROM glob('/etc/*')",
      "FROM glob('LAKE/../*')",
      "FROM 'LAKE/../outside.csv'",
      "FROM read_csv('LAKE/../outside.csv')",
      "FROM read_duckdb('LAKE/../analytics.duckdb')",
      "FROM 'https://example.com/x.parquet'",
      "FROM 's3://bucket/x.parquet'",
      "FROM query('FROM read_text(''/etc/passwd'')')",
      "PIVOT (FROM read_csv('/etc/passwd')) ON column0",
      "DESCRIBE FROM read_csv('/etc/passwd')",
      "SUMMARIZE FROM read_csv('/etc/passwd')",
      "EXPLAIN FROM read_csv('/etc/passwd')",
      "SELECT (SELECT content FROM read_text('/etc/passwd'))",
      "WITH x AS (FROM read_text('/etc/passwd')) FROM x"
    ]
  ],
  [
    /Function with name \w+ is part of DuckDB's extension \w+, and query loads no extensions$/,
    ["FROM postgres_scan('a', 'b', 'c')", "FROM st_read('LAKE/x')", "SELECT st_point(1, 2)"]
  ],
  [
    /^IO Error: No files found that match the pattern (?!.*damaged)/,
    ["FROM read_duckdb('LAKE/none.duckdb')"]
  ],
  [
    /^the SQL is nested too deeply, or repeats an operator too often\. Nest less, /,
    [`SELECT ${"(".repeat(20_000)}1${")".repeat(20_000)}`, `SELECT 1${" + 1".repeat(2000)}`]
  ],
  [
    /Parser Error|Catalog Error|does not exist/,
    [
      "WITH x AS (DELETE FROM markets RETURNING *) FROM x",
      "FROM (COPY markets TO 'LAKE/x.csv')",
      "FROM query('COPY (SELECT 1) TO ''LAKE/x.csv''')",
      "FROM query_table('/etc/passwd')",
      "FROM '/etc/passwd'",
      "FROM sqlite_scan('LAKE/../kalshi.db', 'observations')",
      "SELECT getenv('HOME')",
      "SELECT 1 INTO x",
      "FROM arrow_scan_dumb(1::POINTER, 2::POINTER, 3::POINTER)"
    ]
  ]
]

const filesIn = (folder: string) => readdirSync(folder, { recursive: true }).map(String).sort()

describe("query", () => {
  it.scopedLive("refuses what writes, attaches, installs or reads outside, and touches no file", () =>
    Effect.gen(function* () {
      const { dataDir, lake } = yield* directory
      const duck = yield* openDuck({ memoryMegabytes: 200, spillFolder: "/nowhere", onError: explained })
      yield* duck.run("CREATE TABLE markets (ticker VARCHAR)")
      yield* duck.run(`SET allowed_directories = ['${lake}']`)
      yield* duck.run("SET enable_external_access = false")
      const before = filesIn(dataDir)
      for (const [why, statements] of refused)
        for (const statement of statements) {
          const sql = statement.replaceAll("LAKE", lake)
          const read = Effect.flatMap(readStatements(duck, [sql]), ([one]) =>
            Effect.zipRight(needsOf(duck, one, false), duck.run(sql))
          )
          const error = yield* Effect.flip(read).pipe(
            Effect.catchAll(() => Effect.dieMessage(`answered: ${statement}`))
          )
          assert.match(error.message, why, statement)
          assert.deepStrictEqual(filesIn(dataDir), before, statement)
        }
    })
  )

  it.scopedLive("reads the folders of the lake and the archive, and nothing else, as it is called", () =>
    Effect.gen(function* () {
      const { dataDir, lake } = yield* directory
      const { query } = DuckAnalytics.make({ dataDir })
      yield* query({ sql: "SELECT 1" })
      const before = filesIn(dataDir)
      const inside = yield* query({ sql: `FROM read_csv('${lake}/inside.csv')` })
      assert.deepStrictEqual(inside.rows, [[7]])
      const attempts: ReadonlyArray<readonly [string, RegExp]> = [
        [`FROM read_csv('${dataDir}/outside.csv')`, DISABLED],
        ["FROM duckdb_secrets()", DISABLED],
        [`FROM enable_profiling(save_location := '${lake}/x.txt')`, NO_CHANGE],
        [`EXPORT DATABASE '${lake}/x'`, NO_STATEMENT]
      ]
      for (const [sql, why] of attempts) assert.match((yield* Effect.flip(query({ sql }))).message, why, sql)
      assert.deepStrictEqual(filesIn(dataDir), before)
      assert.strictEqual(readFileSync(join(lake, "inside.csv"), "utf8"), "a\n7\n")
    })
  )
})

describe("the text of SQL", () => {
  it("is split at its semicolons, and says whether it ends", () => {
    assert.deepStrictEqual(
      statementsIn("SELECT ';' AS \"a;b\", $$;$$ -- ;\n /* ; */; SELECT $x$;$$;$x$;; --"),
      ["SELECT ';' AS \"a;b\", $$;$$ -- ;\n /* ; */", " SELECT $x$;$$;$x$"]
    )
    assert.deepStrictEqual(statementsIn(" ; /* nothing */ -- here"), [])
    for (const [sql, isOpen] of [
      ["SELECT 'a", true],
      ["SELECT 'it''s", true],
      ['SELECT "a;', true],
      ["SELECT /* ;", true],
      ["SELECT $x$ ;", true],
      ["SELECT $1, a$b", false],
      ["SELECT -- 'a", false],
      ["SELECT 1;", false]
    ] as const)
      assert.strictEqual(split(sql).isOpen, isOpen, sql)
  })
})
