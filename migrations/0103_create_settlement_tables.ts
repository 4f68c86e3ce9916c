/** SHAPES TABLES. Rebuilt from the log at will: change it freely, and raise the version of its projection. */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE settlement_rows (
      market INTEGER PRIMARY KEY,
      event_ticker TEXT,
      settled_at TEXT,
      result TEXT,
      final_yes_price NUMERIC,
      final_no_price NUMERIC,
      yes_payout NUMERIC,
      no_payout NUMERIC
    )
  `
  yield* sql`CREATE INDEX settlement_rows_by_time ON settlement_rows (settled_at, market)`
  yield* sql`
    CREATE TABLE settlement_rows_seen (
      market INTEGER PRIMARY KEY,
      final INTEGER NOT NULL,
      observed_at TEXT NOT NULL,
      seq INTEGER NOT NULL,
      digest TEXT NOT NULL
    ) STRICT
  `
  yield* sql`
    CREATE VIEW settlements AS
    SELECT
      n.ticker, s.event_ticker, s.settled_at, s.result, s.final_yes_price, s.final_no_price, s.yes_payout,
      s.no_payout
    FROM settlement_rows s
    JOIN market_numbers n ON n.market = s.market
  `
})
