/**
 * SHAPES RECORDS. Never changed once landed: like the log, they are not rebuilt.
 *
 * `maintenance_steps` says of each step of maintenance how its last attempt ended. `failure` is NULL if it ended well,
 * and `succeeded_at` is the end of the last attempt that did. Times are UTC, `2026-11-22T12:15:00.123456Z`.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE maintenance_steps (
      step TEXT PRIMARY KEY CHECK (step IN ('flush', 'compact', 'archive', 'prune')),
      started_at TEXT NOT NULL,
      finished_at TEXT NOT NULL,
      succeeded_at TEXT,
      failure TEXT
    ) STRICT, WITHOUT ROWID
  `
})
