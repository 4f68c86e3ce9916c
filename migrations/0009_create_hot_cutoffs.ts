/**
 * SHAPES RECORDS. Never changed once landed: like the log, they are not rebuilt.
 *
 * `hot_cutoffs` says which rows have left SQLite because the lake holds them: of a table, every row that was read from
 * an observation up to `seq` and whose key lies before (`before_lead`, `before_market`). `before_lead` is a value of
 * the column that leads the stored key: a slot or an end in seconds since the epoch, or a time in microseconds. Where
 * the market is not part of the cut-off, `before_market` is 0. `before_time` is the same time for people to read.
 *
 * `prune_cutoffs` is the record of earlier versions, whose rows went into an export. A rebuild brings them back from
 * the log and empties it.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE hot_cutoffs (
      table_name TEXT NOT NULL,
      seq INTEGER NOT NULL,
      before_lead INTEGER NOT NULL,
      before_market INTEGER NOT NULL,
      before_time TEXT NOT NULL,
      rows INTEGER NOT NULL,
      pruned_at TEXT NOT NULL,
      PRIMARY KEY (table_name, seq)
    ) STRICT, WITHOUT ROWID
  `
})
