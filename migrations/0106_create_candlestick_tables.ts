/**
 * SHAPES TABLES. Rebuilt from the log at will: change it freely, and raise the version of its projection.
 *
 * The key leads with the end of the period, so that a walk appends to the end of the tree; a market's history
 * loops over the ends of its period instead. Prices are cents and counts contracts, of NUMERIC affinity.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE candle_ends (
      period_minutes INTEGER NOT NULL,
      end_seconds INTEGER NOT NULL,
      end_time TEXT NOT NULL,
      PRIMARY KEY (period_minutes, end_seconds)
    ) STRICT, WITHOUT ROWID
  `
  yield* sql`CREATE INDEX candle_ends_by_time ON candle_ends (end_time)`
  yield* sql`
    CREATE TABLE candle_rows (
      end_seconds INTEGER NOT NULL,
      period_minutes INTEGER NOT NULL,
      market INTEGER NOT NULL,
      yes_bid_open NUMERIC,
      yes_bid_low NUMERIC,
      yes_bid_high NUMERIC,
      yes_bid_close NUMERIC,
      yes_ask_open NUMERIC,
      yes_ask_low NUMERIC,
      yes_ask_high NUMERIC,
      yes_ask_close NUMERIC,
      price_open NUMERIC,
      price_low NUMERIC,
      price_high NUMERIC,
      price_close NUMERIC,
      price_mean NUMERIC,
      price_previous NUMERIC,
      volume NUMERIC,
      open_interest NUMERIC,
      PRIMARY KEY (end_seconds, period_minutes, market)
    ) WITHOUT ROWID
  `
  yield* sql`
    CREATE VIEW candlesticks AS
    SELECT
      n.ticker, t.period_minutes, t.end_time, c.yes_bid_open, c.yes_bid_low, c.yes_bid_high, c.yes_bid_close,
      c.yes_ask_open, c.yes_ask_low, c.yes_ask_high, c.yes_ask_close, c.price_open, c.price_low, c.price_high,
      c.price_close, c.price_mean, c.price_previous, c.volume, c.open_interest
    FROM candle_ends t
    JOIN candle_rows c ON c.end_seconds = t.end_seconds AND c.period_minutes = t.period_minutes
    JOIN market_numbers n ON n.market = c.market
  `
})
