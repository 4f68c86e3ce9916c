/**
 * SHAPES RECORDS. Never changed once landed: like the log, they are not rebuilt.
 *
 * `collection_run_seals` has one row for each time that a row of `collection_runs` was written: the hash of
 * the written row (`row_sha256`), and the hash of that together with the previous seal (`chain_sha256`). The
 * newest seal of a slot belongs to its current row. This migration seals the slots that were recorded before it.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { sealAll } from "../src/layers/sqlite/records/run-seals.ts"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE collection_run_seals (
      n INTEGER PRIMARY KEY,
      feed TEXT NOT NULL,
      slot TEXT NOT NULL,
      row_sha256 BLOB NOT NULL,
      chain_sha256 BLOB NOT NULL
    ) STRICT
  `
  yield* sealAll(sql)
})
