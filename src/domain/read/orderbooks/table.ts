/**
 * `orderbook_snapshots`: every level of every whole book that was recorded. `orderbook_books` has a row for
 * each book, also for those without levels, which tells an empty book from one that was not requested. Levels
 * belong to the answer that brought them, and the view takes the newest answer, so a book that was recorded
 * again in its slot leaves no level behind. Keys lead with the slot, so that a slot appends.
 */
import { cents, contracts, market, required, text } from "../column.ts"
import { pageTable, seq, slotId, slotTable } from "../slots.ts"
import { factTable } from "../table.ts"
import { alwaysShownAs, shownOf, ticker, view } from "../view.ts"
import type { Level, Side } from "./orderbook.ts"

/** A level with the book that it belongs to. */
export interface BookLevel extends Level {
  readonly ticker: string
  readonly side: Side
}

export const orderbookSlots = slotTable("orderbook_slots")

export const orderbookPages = pageTable("orderbook_pages")

/** Rows are made of the books' tickers. */
export const orderbookBooks = factTable<string>()({
  name: "orderbook_books",
  columns: {
    slot: slotId,
    market: required(market((ticker) => ticker)),
    seq
  },
  key: ["slot", "market", "seq"]
})

export const orderbookLevels = factTable<BookLevel>()({
  name: "orderbook_levels",
  columns: {
    slot: slotId,
    market: required(market(({ ticker }) => ticker)),
    seq,
    side: required(text(({ side }) => side)),
    price: required(cents(({ price }) => price)),
    size: required(contracts(({ size }) => size))
  },
  key: ["slot", "market", "seq", "side", "price"]
})

const { price, side, size } = shownOf(orderbookLevels, "l")

export const orderbookSnapshots = view({
  name: "orderbook_snapshots",
  about: "every bid of each order book in every slot; prices in cents, sizes in contracts",
  key: ["snapshot_time", "ticker", "side", "price"],
  columns: {
    ticker,
    snapshot_time: alwaysShownAs("slot", "t.snapshot_time"),
    side,
    price,
    size,
    observed_at: alwaysShownAs("time", "o.observed_at")
  },
  from: `FROM orderbook_slots t
    JOIN orderbook_books b ON b.slot = t.slot
    JOIN orderbook_levels l ON l.slot = b.slot AND l.market = b.market AND l.seq = b.seq
    JOIN market_numbers n ON n.market = b.market
    JOIN orderbook_pages o ON o.seq = b.seq
    WHERE NOT EXISTS (
      SELECT 1 FROM orderbook_books later
      WHERE later.slot = b.slot AND later.market = b.market AND later.seq > b.seq
    )`
})
