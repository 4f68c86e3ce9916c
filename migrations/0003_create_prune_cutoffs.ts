/**
 * SHAPES RECORDS. Never changed once landed: like the log, they are not rebuilt.
 *
 * `prune_cutoffs` says what `kalshi prune` has removed: of a table, every row of a slot before `before_slot`
 * (UTC, `2026-11-22T12:15:00Z`; itself not included). The greatest one of a table is in force.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE prune_cutoffs (
      table_name TEXT NOT NULL,
      before_slot TEXT NOT NULL,
      pruned_at TEXT NOT NULL,
      rows INTEGER NOT NULL,
      PRIMARY KEY (table_name, before_slot)
    ) STRICT, WITHOUT ROWID
  `
})
