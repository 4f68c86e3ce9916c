/**
 * SHAPES TABLES. Rebuilt from the log at will: change it freely, and raise the version of its projection.
 *
 * The key leads with the slot, so that a slot appends to the end of the tree; an index led by the market
 * would touch one page a market a slot, for ever. A market's history loops over the slots instead.
 * Prices are cents and counts contracts, in columns of NUMERIC affinity: 45, 45.5, 45.25.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`CREATE TABLE price_slots (slot INTEGER PRIMARY KEY, snapshot_time TEXT NOT NULL UNIQUE) STRICT`
  yield* sql`CREATE TABLE price_pages (seq INTEGER PRIMARY KEY, observed_at TEXT NOT NULL) STRICT`
  yield* sql`
    CREATE TABLE price_rows (
      slot INTEGER NOT NULL,
      market INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      yes_bid NUMERIC,
      yes_ask NUMERIC,
      no_bid NUMERIC,
      no_ask NUMERIC,
      last_price NUMERIC,
      volume NUMERIC,
      volume_24h NUMERIC,
      open_interest NUMERIC,
      liquidity NUMERIC,
      yes_bid_size NUMERIC,
      yes_ask_size NUMERIC,
      PRIMARY KEY (slot, market)
    ) WITHOUT ROWID
  `
  // The midpoint and the spread are taken in whole ten-thousandths of a cent: (6.9 + 7.2) / 2 must be 7.05.
  yield* sql`
    CREATE VIEW price_snapshots AS
    SELECT
      n.ticker, t.snapshot_time, p.yes_bid, p.yes_ask, p.no_bid, p.no_ask, p.last_price, p.volume,
      p.volume_24h, p.open_interest, p.liquidity, p.yes_bid_size, p.yes_ask_size,
      CASE WHEN p.yes_bid > 0 AND p.yes_ask < 100
        THEN (round(p.yes_bid * 10000) + round(p.yes_ask * 10000)) / 20000 END AS midpoint,
      CASE WHEN p.yes_bid > 0 AND p.yes_ask < 100
        THEN (round(p.yes_ask * 10000) - round(p.yes_bid * 10000)) / 10000 END AS spread,
      o.observed_at
    FROM price_slots t
    JOIN price_rows p ON p.slot = t.slot
    JOIN market_numbers n ON n.market = p.market
    JOIN price_pages o ON o.seq = p.seq
  `
})
