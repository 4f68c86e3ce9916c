/** SHAPES TABLES. Rebuilt from the log at will: change it freely, and raise the version of its projection. */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  // The views of markets and events, too, look here, for the categories that they do not have themselves.
  yield* sql`
    CREATE TABLE series_rows (
      series_ticker TEXT PRIMARY KEY,
      title TEXT,
      category TEXT,
      categories TEXT,
      tags TEXT,
      frequency TEXT,
      fee_type TEXT,
      fee_multiplier NUMERIC,
      contract_url TEXT,
      contract_terms_url TEXT,
      settlement_sources TEXT,
      additional_prohibitions TEXT,
      volume NUMERIC,
      last_updated_ts TEXT,
      exchange_index INTEGER
    ) WITHOUT ROWID
  `
  yield* sql`
    CREATE TABLE series_rows_seen (
      series_ticker TEXT PRIMARY KEY,
      final INTEGER NOT NULL,
      observed_at TEXT NOT NULL,
      seq INTEGER NOT NULL,
      digest TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
  `
  yield* sql`
    CREATE VIEW series AS
    SELECT
      r.series_ticker, r.title, r.category, r.categories, r.tags, r.frequency, r.fee_type, r.fee_multiplier,
      r.contract_url, r.contract_terms_url, r.settlement_sources, r.additional_prohibitions, r.volume,
      r.last_updated_ts, r.exchange_index, s.observed_at
    FROM series_rows r
    JOIN series_rows_seen s ON s.series_ticker = r.series_ticker
  `
})
