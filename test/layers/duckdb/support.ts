/**
 * A data directory for a test: the real migrations on a real file, and rows as the projector would write
 * them.
 */

import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api"
import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { databaseIn } from "../sqlite/support.ts"

export const scopedFolder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "kalshi-duckdb-"))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true }))
)

export interface DataDir {
  readonly dataDir: string
  readonly database: Sqlite.Database
}

/** A data directory with a migrated database, open for writing until the scope closes. */
export const scopedDataDir = Effect.gen(function* () {
  const dataDir = yield* scopedFolder
  const filename = join(dataDir, "kalshi.db")
  yield* Effect.provide(Effect.void, databaseIn(dataDir))
  const database = yield* Effect.acquireRelease(
    Effect.sync(() => new Sqlite(filename)),
    (opened) => Effect.sync(() => opened.close())
  )
  return { dataDir, database } satisfies DataDir
})

export const insert = (
  database: Sqlite.Database,
  table: string,
  row: Readonly<Record<string, unknown>>
): void => {
  const names = Object.keys(row)
  database
    .prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`)
    .run(...Object.values(row))
}

export const addMarket = (database: Sqlite.Database, market: number, ticker: string): void => {
  insert(database, "market_numbers", { market, ticker })
  insert(database, "market_rows", {
    market,
    event_ticker: "KXEVENT",
    title: market % 2 === 0 ? "" : `Will it, "really"?\nYes, ${market}`,
    status: "active",
    settlement_ts: "",
    open_time: "2026-11-01T00:00:00.000001Z",
    close_time: null,
    can_close_early: market % 2,
    floor_strike: market % 2 === 0 ? 65000 : 0.5
  })
  insert(database, "market_rows_seen", {
    market,
    final: 0,
    observed_at: "2026-11-22T12:15:00.123456Z",
    seq: 1,
    digest: "-"
  })
}

/** A price row with the rows it depends on; `slot` is in seconds. */
export const addPrice = (
  database: Sqlite.Database,
  row: Readonly<Record<string, unknown>> & {
    readonly slot: number
    readonly market: number
    readonly seq: number
  }
): void => {
  const time = `${new Date(row.slot * 1000).toISOString().slice(0, 19)}Z`
  database.prepare("INSERT OR IGNORE INTO price_slots VALUES (?, ?)").run(row.slot, time)
  const observed = `${time.slice(0, 19)}.${String(row.seq % 1_000_000).padStart(6, "0")}Z`
  database
    .prepare("INSERT OR IGNORE INTO price_pages VALUES (?, ?, ?, ?)")
    .run(row.seq, observed, row.slot, row.slot)
  insert(database, "price_rows", row)
}

/** A DuckDB that uses none of the code under test. */
export const scopedReader: Effect.Effect<DuckDBConnection, never, import("effect").Scope.Scope> =
  Effect.acquireRelease(
    Effect.promise(async () => {
      const connection = await (await DuckDBInstance.create(":memory:")).connect()
      await connection.run("SET TimeZone = 'UTC'")
      return connection
    }),
    (connection) => Effect.sync(() => connection.closeSync())
  )

export const readAll = (
  connection: DuckDBConnection,
  sql: string
): Effect.Effect<ReadonlyArray<ReadonlyArray<unknown>>> =>
  Effect.promise(async () => (await connection.runAndReadAll(sql)).getRowsJson())
