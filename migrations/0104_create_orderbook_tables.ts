/**
 * SHAPES TABLES. Rebuilt from the log at will: change it freely, and raise the version of its projection.
 *
 * `orderbook_books` has a row for every book recorded, the empty ones too. Levels belong to the answer that
 * brought them, so a book that came again in its slot leaves none behind: the view takes the newest answer.
 * Keys lead with the slot, so that a slot appends. Prices are cents and sizes contracts.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"

export default Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  yield* sql`
    CREATE TABLE orderbook_slots (slot INTEGER PRIMARY KEY, snapshot_time TEXT NOT NULL UNIQUE) STRICT
  `
  yield* sql`CREATE TABLE orderbook_pages (seq INTEGER PRIMARY KEY, observed_at TEXT NOT NULL) STRICT`
  yield* sql`
    CREATE TABLE orderbook_books (
      slot INTEGER NOT NULL,
      market INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      PRIMARY KEY (slot, market, seq)
    ) STRICT, WITHOUT ROWID
  `
  yield* sql`
    CREATE TABLE orderbook_levels (
      slot INTEGER NOT NULL,
      market INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      side TEXT NOT NULL,
      price NUMERIC NOT NULL,
      size NUMERIC NOT NULL,
      PRIMARY KEY (slot, market, seq, side, price)
    ) WITHOUT ROWID
  `
  yield* sql`
    CREATE VIEW orderbook_snapshots AS
    SELECT n.ticker, t.snapshot_time, l.side, l.price, l.size, o.observed_at
    FROM orderbook_slots t
    JOIN orderbook_books b ON b.slot = t.slot
    JOIN orderbook_levels l ON l.slot = b.slot AND l.market = b.market AND l.seq = b.seq
    JOIN market_numbers n ON n.market = b.market
    JOIN orderbook_pages o ON o.seq = b.seq
    WHERE NOT EXISTS (
      SELECT 1 FROM orderbook_books later
      WHERE later.slot = b.slot AND later.market = b.market AND later.seq > b.seq
    )
  `
})
