/**
 * SHAPES TABLES. Rebuilt from the log at will: change it freely, and raise the version of its projection.
 *
 * When a market was last asked for by name in a tier of the exchange, and was not there. The view `markets`
 * (0101) makes a word of it.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE market_absences (
      market INTEGER NOT NULL,
      tier TEXT NOT NULL CHECK (tier IN ('live', 'archive')),
      asked_at TEXT NOT NULL,
      PRIMARY KEY (market, tier)
    ) STRICT, WITHOUT ROWID
  `
})
