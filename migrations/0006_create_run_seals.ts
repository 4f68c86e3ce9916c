/**
 * SHAPES RECORDS. Never changed once landed: like the log, they are not rebuilt.
 *
 * `collection_run_seals` has one row for each time that a row of `collection_runs` was written: the hash of
 * the written row (`row_sha256`), and the hash of that together with the previous seal (`chain_sha256`). The
 * newest seal of a slot belongs to its current row. This migration seals the slots that were recorded before it.
 */
import { hash } from "node:crypto"
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

/** A row of `collection_runs`, its columns in the order in which the hash covers them. */
interface Run {
  readonly feed: string
  readonly slot: string
}

const sha256 = (values: ReadonlyArray<unknown>): string => hash("sha256", JSON.stringify(values), "hex")

const sealsOf = (runs: ReadonlyArray<Run>): ReadonlyArray<ReadonlyArray<unknown>> => {
  let chain = "0".repeat(64)
  return runs.map((run, index) => {
    const { feed, slot } = run
    const [n, row] = [index + 1, sha256(Object.values(run))]
    chain = sha256([chain, n, feed, slot, row])
    return [n, feed, slot, row, chain]
  })
}

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
  const runs = yield* sql<Run>`
    SELECT feed, slot, interval, started_at, finished_at, status, reason, pages, items, watermark, failed_attempts
    FROM collection_runs ORDER BY feed, slot
  `
  yield* sql`
    INSERT INTO collection_run_seals (n, feed, slot, row_sha256, chain_sha256)
    SELECT value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3), unhex(value ->> 4)
    FROM json_each(${JSON.stringify(sealsOf(runs))})
  `
})
