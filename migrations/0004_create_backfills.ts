/**
 * SHAPES RECORDS. Never changed once landed: like the log, they are not rebuilt.
 *
 * `backfills` holds what was asked for of the past, and how far it came. Times are UTC. `slot` names the
 * backfill; `attempt` is the slot under which the answers of its newest attempt stand in the log.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE backfills (
      slot TEXT PRIMARY KEY,
      spec TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('waiting', 'running', 'complete', 'failed')),
      reason TEXT,
      attempt TEXT,
      started_at TEXT,
      finished_at TEXT,
      requests INTEGER NOT NULL DEFAULT 0,
      requests_done INTEGER NOT NULL DEFAULT 0,
      pages INTEGER NOT NULL DEFAULT 0,
      items INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID
  `
})
