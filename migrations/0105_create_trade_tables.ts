/**
 * SHAPES TABLES. Rebuilt from the log at will: change it freely, and raise the version of its projection.
 *
 * The key leads with the time, in microseconds since 1970, so that trades append. There is no index by
 * market: over 1,000,000 trades of 60,000 markets it took inserting from 232,000 rows/s to 21,000, falling,
 * and a trade from 138 bytes to 197. Without one, SQLite looks through 10 million trades a second, and
 * `trade_markets` says which quarters of an hour (80,000 trades, 8 ms) are worth looking through.
 *
 * The id identifies a trade, because the exchange may send its time differently later. Ids are random, which
 * makes their index expensive: over 1,000,000 trades it slowed inserting from 165,000 rows/s to 33,000, and
 * enlarged a trade from 73 bytes to 129.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`CREATE TABLE trade_spans (span INTEGER PRIMARY KEY) STRICT`
  yield* sql`
    CREATE TABLE trade_markets (
      span INTEGER NOT NULL,
      market INTEGER NOT NULL,
      PRIMARY KEY (span, market)
    ) STRICT, WITHOUT ROWID
  `
  yield* sql`
    CREATE TABLE trade_rows (
      created INTEGER NOT NULL,
      trade_id TEXT NOT NULL UNIQUE,
      market INTEGER NOT NULL,
      yes_price NUMERIC NOT NULL,
      no_price NUMERIC,
      count NUMERIC NOT NULL,
      taker_side TEXT,
      is_block_trade INTEGER,
      PRIMARY KEY (created, trade_id)
    ) WITHOUT ROWID
  `
  yield* sql`
    CREATE VIEW trades AS
    SELECT
      t.trade_id, n.ticker,
      strftime('%Y-%m-%dT%H:%M:%S', t.created / 1000000, 'unixepoch')
        || printf('.%06dZ', t.created % 1000000) AS created_time,
      t.yes_price, t.no_price, t.count, t.taker_side, t.is_block_trade
    FROM trade_rows t
    JOIN market_numbers n ON n.market = t.market
  `
})
