/** SHAPES TABLES. Rebuilt from the log at will: change it freely, and raise the version of its projection. */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE exchange_status_rows (
      slot INTEGER PRIMARY KEY,
      snapshot_time TEXT NOT NULL UNIQUE,
      exchange_active INTEGER,
      trading_active INTEGER,
      intra_exchange_transfers_active INTEGER,
      estimated_resume_time TEXT,
      index_statuses TEXT,
      observed_at TEXT NOT NULL
    ) STRICT
  `
  yield* sql`
    CREATE VIEW exchange_status AS
    SELECT
      snapshot_time, exchange_active, trading_active, intra_exchange_transfers_active, estimated_resume_time,
      index_statuses, observed_at
    FROM exchange_status_rows
  `
  yield* sql`
    CREATE TABLE exchange_schedule_rows (
      exchange TEXT PRIMARY KEY,
      standard_hours TEXT,
      maintenance_windows TEXT
    ) STRICT, WITHOUT ROWID
  `
  yield* sql`
    CREATE TABLE exchange_schedule_rows_seen (
      exchange TEXT PRIMARY KEY,
      final INTEGER NOT NULL,
      observed_at TEXT NOT NULL,
      seq INTEGER NOT NULL,
      digest TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
  `
  yield* sql`
    CREATE VIEW exchange_schedule AS
    SELECT r.standard_hours, r.maintenance_windows, s.observed_at
    FROM exchange_schedule_rows r
    JOIN exchange_schedule_rows_seen s ON s.exchange = r.exchange
  `
})
