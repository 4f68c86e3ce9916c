/**
 * SHAPES RECORDS. Never changed once landed: like the log, they are not rebuilt.
 *
 * `clock_jumps` records when this machine's clock was not trusted, or moved by more than the time that can
 * have passed. Times are UTC. `seconds` is how far the clock moved beyond the time that passed: positive if it
 * moved forward, and 0 if the clock was found to be wrong without having been seen to move.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE clock_jumps (
      noticed_at TEXT NOT NULL,
      seconds REAL NOT NULL,
      clock_at TEXT NOT NULL,
      exchange_at TEXT,
      believed TEXT NOT NULL CHECK (believed IN ('clock', 'exchange', 'elapsed')),
      reason TEXT NOT NULL
    ) STRICT
  `
})
