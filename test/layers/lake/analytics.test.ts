/** `analytics.duckdb` and the whole tables: what another client of DuckDB sees of a recording. */
import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { answers as derived } from "../../../src/domain/answers/catalog.ts"
import { lakeTables, wholeTables } from "../../../src/domain/read/lake.ts"
import { make as analyticsOf } from "../../../src/layers/duckdb/query/Analytics.ts"
import { columnsOf, sqlType } from "../../../src/layers/duckdb/staging/kinds.ts"
import { analyticsPath } from "../../../src/layers/files/data-dir.ts"
import { rowsOf, tablesIn, tell } from "../projector/support.ts"
import { failsWith, raw, SLOT, scopedFolder } from "../sqlite/support.ts"
import { answers, compact, duckRows, flush, pathsOf, pricesAt } from "./support.ts"

const derivedViews = derived.filter((one) => one.kind === "view")

const told = (folder: string, page: number, ticker: string) =>
  Effect.provide(tell(...answers(page, [pricesAt(SLOT + page, [[ticker, "0.4149"]])])), tablesIn(folder))

const flushed = Effect.gen(function* () {
  yield* TestClock.setTime(SLOT * 1000)
  const folder = yield* scopedFolder
  yield* told(folder, 0, "A")
  yield* flush(folder)
  return folder
})

const queried = (folder: string, sql: string) => duckRows(sql, analyticsPath(folder))

describe("analytics.duckdb", () => {
  it.scoped("has a view of each table, with the columns and types of the contract and what it is about", () =>
    Effect.gen(function* () {
      const folder = yield* flushed
      const views = yield* queried(
        folder,
        "SELECT view_name AS name, comment FROM duckdb_views() WHERE NOT internal ORDER BY 1"
      )
      const tables = [...lakeTables.map(({ table }) => table), ...wholeTables]
      assert.deepStrictEqual(
        views,
        [...tables, ...derivedViews]
          .map(({ about, name }) => ({ name, comment: about }))
          .sort((one, other) => (one.name < other.name ? -1 : 1))
      )
      for (const table of tables) {
        const columns = yield* queried(folder, `DESCRIBE ${table.name}`)
        assert.deepStrictEqual(
          columns.map(({ column_name, column_type }) => [column_name, column_type]),
          columnsOf(table).map((column) => [column, sqlType(table, column)]),
          table.name
        )
      }
    })
  )

  it.scoped("says of each column what it means, for clients that show comments", () =>
    Effect.gen(function* () {
      const silent = yield* queried(
        yield* flushed,
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
      )
      assert.deepStrictEqual(silent, [])
    })
  )

  it.scoped("has the derived views with the columns that their definitions name, as query has", () =>
    Effect.gen(function* () {
      const folder = yield* flushed
      for (const { columns, name } of derivedViews) {
        const expected = Object.entries(columns).map(([column, { type }]) => [column, type])
        const shown = yield* queried(folder, `DESCRIBE ${name}`)
        assert.deepStrictEqual(
          shown.map(({ column_name, column_type }) => [column_name, String(column_type).replaceAll('"', "")]),
          expected,
          name
        )
        const asked = yield* analyticsOf({ dataDir: folder }).query({ sql: `FROM ${name} LIMIT 1` })
        assert.deepStrictEqual(
          // The library quotes the names in a STRUCT, and DuckDB those that are keywords.
          asked.columns.map((column) => [column.name, column.type.replaceAll('"', "")]),
          expected,
          name
        )
      }
    })
  )

  it.scoped("shows the rows of the current files, after each flush and compaction, from any folder", () =>
    Effect.gen(function* () {
      const folder = yield* flushed
      const prices = "SELECT ticker, yes_bid::DOUBLE AS bid FROM price_snapshots ORDER BY ticker"
      assert.deepStrictEqual(yield* queried(folder, prices), [{ ticker: "A", bid: 41.49 }])
      yield* told(folder, 1, "B")
      yield* flush(folder)
      const both = [
        { ticker: "A", bid: 41.49 },
        { ticker: "B", bid: 41.49 }
      ]
      assert.deepStrictEqual(yield* queried(folder, prices), both)
      yield* TestClock.adjust("1 days")
      yield* compact(folder)
      assert.strictEqual(pathsOf(folder, "price_snapshots").length, 1)
      yield* TestClock.adjust("2 hours")
      yield* compact(folder)
      assert.deepStrictEqual(yield* queried(folder, prices), both)
      assert.deepStrictEqual(
        readdirSync(folder).filter((name) => name.startsWith("analytics") || name.startsWith(".kalshi")),
        ["analytics.duckdb"]
      )
    })
  )

  it.scoped("is of the format of DuckDB 1.0", () =>
    Effect.gen(function* () {
      const folder = yield* flushed
      const [tags] = yield* queried(
        folder,
        "SELECT tags::VARCHAR AS tags FROM duckdb_databases() WHERE database_name = 'analytics'"
      )
      assert.include(String(tags?.tags), "v1.0.0")
    })
  )
})

describe("a whole table", () => {
  it.scoped("is written again when it has changed, and its earlier file is replaced", () =>
    Effect.gen(function* () {
      const folder = yield* flushed
      const [markets] = pathsOf(folder, "markets")
      const [series] = pathsOf(folder, "series")
      assert.match(String(markets), /^markets\/whole-1-[0-9a-f]{8}\.parquet$/)
      yield* told(folder, 1, "B")
      yield* flush(folder)
      assert.notStrictEqual(pathsOf(folder, "markets")[0], markets)
      assert.strictEqual(pathsOf(folder, "markets").length, 1)
      assert.strictEqual(pathsOf(folder, "series")[0], series, "nothing changed it")
      const tickers = yield* queried(folder, "SELECT ticker FROM markets ORDER BY 1")
      assert.deepStrictEqual(tickers, [{ ticker: "A" }, { ticker: "B" }])
      assert.isTrue(existsSync(join(folder, "lake", String(markets))))
    })
  )

  it.scoped("is written once a day if it has many rows", () =>
    Effect.gen(function* () {
      const folder = yield* flushed
      raw(folder, (database) =>
        database.exec("UPDATE lake_files SET rows = 1000000 WHERE table_name = 'markets'")
      )
      const [before] = pathsOf(folder, "markets")
      yield* told(folder, 1, "B")
      yield* TestClock.adjust("23 hours")
      yield* flush(folder)
      assert.strictEqual(pathsOf(folder, "markets")[0], before)
      yield* TestClock.adjust("1 hour")
      yield* flush(folder)
      assert.notStrictEqual(pathsOf(folder, "markets")[0], before)
    })
  )
})

describe("another version of a projection", () => {
  const setVersion = (folder: string) =>
    raw(folder, (database) =>
      database.exec("UPDATE lake_tables SET version = 1 WHERE table_name = 'price_snapshots'")
    )

  it.scoped("has all rows of its table written again", () =>
    Effect.gen(function* () {
      const folder = yield* flushed
      const before = pathsOf(folder, "price_snapshots")
      setVersion(folder)
      const { tables } = yield* flush(folder)
      assert.deepInclude(tables[0], { table: "price_snapshots", rows: 1, replaced: 0 })
      assert.strictEqual(pathsOf(folder, "price_snapshots").length, 1)
      assert.notDeepEqual(pathsOf(folder, "price_snapshots"), before)
      const versions = rowsOf(folder, "SELECT DISTINCT version FROM lake_tables")
      assert.isFalse(versions.some(({ version }) => version === 1))
    })
  )

  it.scoped("is refused where SQLite has lost rows that only the lake holds", () =>
    Effect.gen(function* () {
      const folder = yield* flushed
      setVersion(folder)
      raw(folder, (database) =>
        database.exec(
          "INSERT INTO hot_cutoffs VALUES ('price_snapshots', 1, 1, 0, '2026-11-22T12:15:00Z', 1, '2026-11-22T12:15:00.000000Z')"
        )
      )
      const before = pathsOf(folder, "price_snapshots")
      const { message } = yield* failsWith(flush(folder), "StorageFailed")
      assert.match(message, /price_snapshots .*earlier version.*kalshi replay/)
      assert.deepStrictEqual(pathsOf(folder, "price_snapshots"), before)
    })
  )
})
