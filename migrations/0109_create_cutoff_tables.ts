/** SHAPES TABLES. Rebuilt from the log at will: change it freely, and raise the version of its projection. */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE cutoff_rows (
      seq INTEGER PRIMARY KEY,
      market_settled_ts TEXT,
      trades_created_ts TEXT,
      observed_at TEXT NOT NULL
    ) STRICT
  `
  yield* sql`
    CREATE VIEW historical_cutoff AS
    SELECT market_settled_ts, trades_created_ts, observed_at FROM cutoff_rows
  `
})
