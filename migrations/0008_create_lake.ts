/**
 * SHAPES RECORDS. Never changed once landed: like the log, they are not rebuilt.
 *
 * `lake_tables` says for each table up to which seq of the log its rows are in the lake (`seq`, the watermark), and
 * which version of its projection made them. `lake_files` lists the Parquet files, by their paths below `lake/`. A
 * file with `retired_at` was replaced by others and is no longer read; it is deleted from the disk later
 * (`removed_at`), when no reader can have it open. Both are written in one transaction.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE lake_tables (
      table_name TEXT PRIMARY KEY,
      version INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      flushed_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
  `
  yield* sql`
    CREATE TABLE lake_files (
      path TEXT PRIMARY KEY,
      table_name TEXT NOT NULL,
      level TEXT NOT NULL CHECK (level IN ('hour', 'day', 'month', 'whole')),
      month TEXT,
      first_time TEXT,
      last_time TEXT,
      rows INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      content_hash TEXT NOT NULL,
      added_at TEXT NOT NULL,
      retired_at TEXT,
      removed_at TEXT
    ) STRICT, WITHOUT ROWID
  `
  yield* sql`CREATE INDEX lake_files_current ON lake_files (table_name, month) WHERE retired_at IS NULL`
})
