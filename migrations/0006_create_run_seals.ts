/**
 * SHAPES RECORDS. Never changed once landed: like the log, they are not rebuilt.
 *
 * `collection_run_seals` has a row for every time that a row of `collection_runs` was written: the hash of what was
 * written (`row_sha256`), and of that together with the hash of the seal before (`chain_sha256`). The newest seal of
 * a slot is of its row as it stands. Slots that were recorded before there were seals are sealed here, as they are.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { sealAll } from "../src/layers/sqlite/run-seals.ts"

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
