/**
 * SHAPES RECORDS. Never changed once landed: like the log, they are not rebuilt.
 *
 * `collection_runs` says how every slot ended, `quarantine` what no decoder understood, `exchange` whose
 * answers this directory holds, and `projection_checkpoints` how far each projection has read.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE collection_runs (
      feed TEXT NOT NULL,
      slot TEXT NOT NULL,
      interval INTEGER,
      started_at TEXT,
      finished_at TEXT,
      status TEXT NOT NULL CHECK (status IN ('running', 'complete', 'failed', 'skipped', 'missed')),
      reason TEXT,
      pages INTEGER NOT NULL,
      items INTEGER NOT NULL,
      watermark TEXT,
      failed_attempts INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (feed, slot)
    ) STRICT, WITHOUT ROWID
  `
  yield* sql`
    CREATE TABLE quarantine (
      seq INTEGER NOT NULL,
      projection TEXT NOT NULL,
      item TEXT NOT NULL,
      error TEXT NOT NULL,
      first_seen TEXT NOT NULL,
      resolved_at TEXT,
      PRIMARY KEY (seq, projection, item)
    ) STRICT, WITHOUT ROWID
  `
  yield* sql`
    CREATE TABLE exchange (
      base_url TEXT PRIMARY KEY,
      first_recorded_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
  `
  yield* sql`
    CREATE TABLE projection_checkpoints (
      projection TEXT PRIMARY KEY,
      version INTEGER NOT NULL,
      seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
  `
})
