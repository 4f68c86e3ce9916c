import { readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { answers } from "../../../../src/domain/answers/catalog.ts"
import { publicTables } from "../../../../src/domain/read/catalog.ts"
import * as Analytics from "../../../../src/layers/duckdb/query/Analytics.ts"
import { ExactNumber } from "../../../../src/services/Analytics.ts"
import { addMarket, addPrice, insert, scopedDataDir, scopedFolder } from "../support.ts"

const derivedViews = answers.filter(({ kind }) => kind === "view")

const SLOT = Date.parse("2026-11-22T12:15:00Z") / 1000

const filled = Effect.gen(function* () {
  const { dataDir, database } = yield* scopedDataDir
  addMarket(database, 1, "KX-1")
  addMarket(database, 2, "KX-2")
  addPrice(database, { slot: SLOT, market: 1, seq: 1, yes_bid: 6.9, yes_ask: 7.2, volume: 2.5 })
  addPrice(database, { slot: SLOT, market: 2, seq: 1, yes_bid: 0, yes_ask: 100 })
  const ask = (sql: string) => Analytics.make({ dataDir }).query({ sql })
  return { dataDir, database, ask }
})

const rowsOf = (sql: string) =>
  Effect.flatMap(filled, ({ ask }) => Effect.map(ask(sql), ({ rows, loaded }) => ({ rows, loaded })))

describe("Analytics.query", () => {
  const answers: ReadonlyArray<
    readonly [string, ReadonlyArray<ReadonlyArray<unknown>>, ReadonlyArray<string>]
  > = [
    ["SELECT count(*) FROM price_snapshots", [[2]], ["price_snapshots"]],
    [
      "SELECT midpoint, spread FROM price_snapshots ORDER BY ticker",
      [
        [7.05, 0.3],
        [null, null]
      ],
      ["price_snapshots"]
    ],
    // Each column alone, and two scans of one table that need different columns.
    ["SELECT midpoint FROM price_snapshots WHERE midpoint IS NOT NULL", [[7.05]], ["price_snapshots"]],
    ["SELECT spread FROM price_snapshots WHERE spread IS NOT NULL", [[0.3]], ["price_snapshots"]],
    [
      `SELECT (SELECT max(volume) FROM price_snapshots), (SELECT max(yes_bid) FROM price_snapshots),
        (SELECT min(ticker) FROM price_snapshots)`,
      [[2.5, 6.9, "KX-1"]],
      ["price_snapshots"]
    ],
    ['SELECT P.ticker FROM "PRICE_SNAPSHOTS" p WHERE p.volume > 2', [["KX-1"]], ["price_snapshots"]],
    ["WITH price_snapshots AS (SELECT 1 AS a) SELECT * FROM price_snapshots", [[1]], []],
    ["FROM markets SELECT count(*)", [[2]], ["markets"]],
    [
      "SELECT m.ticker FROM Main.Markets m JOIN price_snapshots p USING (ticker) WHERE p.yes_bid > 0",
      [["KX-1"]],
      ["markets", "price_snapshots"]
    ],
    [
      "SELECT (SELECT max(observed_at) FROM price_snapshots), count(*) FROM markets;",
      [["2026-11-22T12:15:00.000001Z", 2]],
      ["markets", "price_snapshots"]
    ],
    // DuckDB pushes filters into a CTE even if it is told to push none into scans, and its plan does not list the
    // columns that only they read.
    [
      `WITH counted AS (
        SELECT ticker, row_number() OVER (PARTITION BY ticker) AS n,
          (SELECT count(*) FROM price_snapshots WHERE volume > 2) AS priced
        FROM markets
      )
      SELECT (SELECT max(priced) FROM counted WHERE ticker = 'KX-1'), (SELECT max(priced) FROM counted WHERE ticker <> 'KX-1')`,
      [[1, 1]],
      ["markets", "price_snapshots"]
    ],
    ["SELECT DISTINCT snapshot_time FROM price_snapshots", [["2026-11-22T12:15:00Z"]], ["price_snapshots"]],
    ["SELECT count(*) FROM query_table('markets')", [[2]], ["markets"]],
    ["SELECT count(*) FROM (SELECT rules_primary FROM markets)", [[2]], ["markets"]],
    ["VALUES (1)", [[1]], []],
    [
      "SELECT 170141183460469231731687303715884105727::HUGEINT, 9007199254740993, 0.1::DECIMAL(18,6)",
      [
        [new ExactNumber("170141183460469231731687303715884105727"), new ExactNumber("9007199254740993"), 0.1]
      ],
      []
    ],
    [
      "SELECT [1.50, NULL]::DECIMAL(9,4)[], {a: TIMESTAMPTZ '2026-11-22 12:15:00+00', b: MAP {'k': 1}}",
      [[[1.5, null], { a: "2026-11-22T12:15:00Z", b: [{ key: "k", value: 1 }] }]],
      []
    ],
    [
      "SELECT 'NaN'::DOUBLE, TIMESTAMP '1969-12-31 23:59:59.5', DATE '2026-11-22', ''",
      [["NaN", "1969-12-31T23:59:59.500000", "2026-11-22", ""]],
      []
    ],
    [
      "SELECT INTERVAL 15 MINUTE, INTERVAL '26 hours 1.5 seconds', {lasted: INTERVAL '1 day 2 hours'}, TIME '12:00'",
      [["00:15:00", "26:00:01.5", { lasted: "1 day 02:00:00" }, "12:00:00"]],
      []
    ],
    ["SELECT 1 -- no semicolon; at the end", [[1]], []]
  ]
  for (const [sql, rows, loaded] of answers) {
    it.scopedLive(sql, () =>
      Effect.map(rowsOf(sql), (answer) => assert.deepStrictEqual(answer, { rows, loaded } as never))
    )
  }

  it.scopedLive("describes, summarizes, pivots and explains", () =>
    Effect.gen(function* () {
      const { ask } = yield* filled
      const described = yield* ask("DESCRIBE price_snapshots")
      assert.deepStrictEqual(described.rows[2]?.slice(0, 2), ["yes_bid", "DECIMAL(9,4)"])
      assert.deepStrictEqual(described.loaded, [])
      const shown = yield* ask("SHOW TABLES")
      assert.deepStrictEqual(
        shown.rows.flat().sort(),
        [...publicTables, ...derivedViews].map(({ name }) => name).sort()
      )
      const summary = yield* ask("SUMMARIZE price_snapshots")
      assert.strictEqual(summary.rows.length, 16)
      const pivot = yield* ask("PIVOT markets ON ticker USING count(*) GROUP BY status")
      assert.deepStrictEqual(
        pivot.columns.map(({ name }) => name),
        ["status", "KX-1", "KX-2"]
      )
      assert.deepStrictEqual(pivot.rows, [["active", 1, 1]])
      const plan = yield* ask("EXPLAIN SELECT ticker FROM markets")
      assert.match(String(plan.rows[0]?.[1]), /SEQ_SCAN|PROJECTION/)
    })
  )

  const listings = [
    "SHOW TABLES",
    "/* all */ DESC",
    "FROM (DESCRIBE)",
    "SELECT name FROM sqlite_master",
    "SELECT table_name FROM information_schema.tables",
    "SELECT relname FROM pg_class",
    "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal",
    "FROM query('SH' || 'OW TABLES')"
  ]
  for (const sql of listings) {
    it.scopedLive(`lists all tables and views: ${sql}`, () =>
      Effect.gen(function* () {
        const { ask } = yield* filled
        const { rows } = yield* ask(sql)
        const names = new Set(rows.flat())
        for (const { name } of [...publicTables, ...derivedViews])
          assert.isTrue(names.has(name), `${name} is not listed`)
      })
    )
  }

  it.scopedLive("returns observations with their bodies as stored", () =>
    Effect.gen(function* () {
      const { ask, database } = yield* filled
      insert(database, "observations", {
        seq: 1,
        feed: "markets",
        slot: "2026-11-22T12:15:00Z",
        page: 0,
        endpoint: "GET /markets",
        request: "/markets",
        observed_at: "2026-11-22T12:15:00.123456Z",
        status: 200,
        base_url: "https://example.test",
        encoding: "br",
        body: Buffer.from([0, 1, 255]),
        body_sha256: "-",
        chain_sha256: "-"
      })
      const { rows } = yield* ask("SELECT body, octet_length(body), observed_at FROM observations")
      assert.deepStrictEqual(rows, [["\\x00\\x01\\xFF", 3, "2026-11-22T12:15:00.123456Z"]])
    })
  )

  const refused: ReadonlyArray<readonly [string, RegExp]> = [
    ["", /^there is no SQL/],
    ["-- nothing", /^there is no SQL/],
    ["SELECT * FROM nope", /^table nope does not exist; tables are markets, events, price_snapshots, /],
    [
      "SELECT tile FROM markets",
      /^Binder Error: Referenced column "tile" not found in FROM clause! Candidate bindings: "title"(, "\w+"){2} and 2 more\nLINE 1: SELECT tile FROM markets\n {15}\^$/
    ],
    [
      "SELECT prce_at(ticker, now()) FROM markets",
      /^Catalog Error: Scalar Function with name prce_at does not exist! Did you mean "price_at/
    ],
    ["SELEC 1", /^SELEC is refused: query answers one statement that reads: SELECT, /],
    [
      "SELECT 1 FORM markets m",
      /^Parser Error: syntax error at or near "markets"\nLINE 1: SELECT 1 FORM markets m\n +\^$/
    ],
    [
      "SELECT 'x'::INTEGER",
      /^Conversion Error: Could not convert string 'x' to INT32\nLINE 1: SELECT 'x'::INTEGER\n +\^$/
    ],
    [
      "SELECT day - 1 FROM coverage",
      /Candidate functions: -\(TINYINT\) -> TINYINT, [^,]+, TINYINT\) -> TINYINT, -\(SMALLINT\) -> SMALLINT and 36 more\nLINE 1: SELECT day - 1/
    ]
  ]
  for (const [sql, why] of refused) {
    it.scopedLive(`refuses ${JSON.stringify(sql)}`, () =>
      Effect.gen(function* () {
        const { ask, dataDir } = yield* filled
        const error = yield* Effect.flip(ask(sql))
        assert.strictEqual(error._tag, "QueryFailed")
        assert.match(error.message, why)
        const [, ...place] = error.message.split("\n")
        assert.isTrue(place.length === 0 || /^LINE \d+: [^\n]*\n *\^$/.test(place.join("\n")), error.message)
        assert.deepStrictEqual(
          readdirSync(dataDir).filter((name) => !name.startsWith("kalshi.db")),
          []
        )
      })
    )
  }

  it.scopedLive("returns no more rows than requested", () =>
    Effect.gen(function* () {
      const { dataDir } = yield* filled
      const result = yield* Analytics.make({ dataDir }).query({
        sql: "FROM range(10000)",
        rowsMax: 3
      })
      assert.deepStrictEqual([result.rows, result.truncated], [[[0], [1], [2]], true])
    })
  )

  it.scopedLive("reports a missing database, and a file that is not one", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      const none = yield* Effect.flip(Analytics.make({ dataDir }).query({ sql: "SELECT 1" }))
      assert.strictEqual(none._tag, "NoDatabase")
      yield* Effect.promise(async () => {
        const { writeFile } = await import("node:fs/promises")
        await writeFile(
          join(dataDir, "kalshi.db"),
          "this is no database, whatever its name says ".repeat(100)
        )
      })
      const broken = yield* Effect.flip(Analytics.make({ dataDir }).query({ sql: "FROM markets" }))
      assert.strictEqual(broken._tag, "StorageFailed")
    })
  )
})
