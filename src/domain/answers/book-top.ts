import type { DerivedView } from "./definition.ts"
import { AMOUNT, CENTS, TIME } from "./types.ts"

/** A bid for NO at 40 is an ask for YES at 60. */
export const bookTop: DerivedView = {
  kind: "view",
  name: "book_top",
  about: "the best bid and ask for YES of each order book in every slot, with their sizes",
  reads: ["orderbook_snapshots"],
  columns: {
    ticker: { type: "VARCHAR", about: "the market; a book without any bid has no row" },
    snapshot_time: { type: TIME, about: "the slot" },
    observed_at: { type: TIME, about: "when the book was received" },
    yes_bid: { type: CENTS, about: "best bid for YES in cents; NULL if there is none" },
    yes_bid_size: { type: AMOUNT, about: "contracts at the best bid; NULL if there is none" },
    yes_ask: {
      type: CENTS,
      about: "best ask for YES in cents, from the best bid for NO; NULL if there is none"
    },
    yes_ask_size: { type: AMOUNT, about: "contracts at the best ask; NULL if there is none" },
    spread: { type: CENTS, about: "ask - bid in cents; NULL if a side is empty" },
    imbalance: {
      type: "DOUBLE",
      about:
        "bid size as a share of the sizes at the best bid and the best ask, from 0 to 1; NULL if a side is empty"
    },
    microprice: {
      type: "DOUBLE",
      about: "bid and ask in cents, each weighted by the size of the other side; NULL if a side is empty"
    },
    bid_depth: { type: "DECIMAL(38,6)", about: "contracts of all bids for YES; NULL if there is none" },
    ask_depth: { type: "DECIMAL(38,6)", about: "contracts of all asks for YES; NULL if there is none" }
  },
  sql: `
    WITH tops AS (
      SELECT ticker, snapshot_time, max(observed_at) AS observed_at,
        max(price) FILTER (side = 'yes') AS yes_bid,
        arg_max(size, price) FILTER (side = 'yes') AS yes_bid_size,
        (100 - max(price) FILTER (side = 'no'))::DECIMAL(9,4) AS yes_ask,
        arg_max(size, price) FILTER (side = 'no') AS yes_ask_size,
        sum(size) FILTER (side = 'yes') AS bid_depth,
        sum(size) FILTER (side = 'no') AS ask_depth
      FROM orderbook_snapshots GROUP BY ticker, snapshot_time
    )
    SELECT ticker, snapshot_time, observed_at, yes_bid, yes_bid_size, yes_ask, yes_ask_size,
      (yes_ask - yes_bid)::DECIMAL(9,4) AS spread,
      yes_bid_size::DOUBLE / (yes_bid_size + yes_ask_size)::DOUBLE AS imbalance,
      (yes_bid::DOUBLE * yes_ask_size::DOUBLE + yes_ask::DOUBLE * yes_bid_size::DOUBLE)
        / (yes_bid_size + yes_ask_size)::DOUBLE AS microprice,
      bid_depth, ask_depth
    FROM tops`
}
