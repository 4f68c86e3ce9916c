import type { DerivedView } from "./definition.ts"
import { AMOUNT, CENTS, TIME } from "./types.ts"

/** A taker of NO pays the price of NO: count times `yes_price` would be dollars that nobody paid. */
export const takerTrades: DerivedView = {
  kind: "view",
  name: "taker_trades",
  about: "every trade with what its taker and its maker paid, in dollars",
  reads: ["trades"],
  columns: {
    trade_id: { type: "VARCHAR", about: "the exchange's id of the trade" },
    ticker: { type: "VARCHAR", about: "the market" },
    created_time: { type: TIME, about: "when the trade was made" },
    taker_side: {
      type: "VARCHAR",
      about: "`yes` or `no`: what the taker bought; NULL if the exchange did not send it"
    },
    count: { type: AMOUNT, about: "contracts traded" },
    taker_price: {
      type: CENTS,
      about: "cents that the taker paid for a contract; NULL if the side is not known"
    },
    maker_price: {
      type: CENTS,
      about: "cents that the maker paid for the other side; NULL if the side is not known"
    },
    taker_dollars: { type: "DECIMAL(30,12)", about: "count times `taker_price`, in dollars, without fees" },
    maker_dollars: { type: "DECIMAL(30,12)", about: "count times `maker_price`, in dollars, without fees" },
    is_block_trade: {
      type: "BOOLEAN",
      about: "whether it was negotiated off the book; NULL before 2026-05-29"
    }
  },
  sql: `
    WITH paid AS (
      SELECT *,
        CASE taker_side WHEN 'yes' THEN yes_price WHEN 'no' THEN (100 - yes_price)::DECIMAL(9,4) END AS taker_price
      FROM trades
    )
    SELECT trade_id, ticker, created_time, taker_side, "count", taker_price,
      (100 - taker_price)::DECIMAL(9,4) AS maker_price,
      ("count" * taker_price * 0.01)::DECIMAL(30,12) AS taker_dollars,
      ("count" * (100 - taker_price) * 0.01)::DECIMAL(30,12) AS maker_dollars,
      is_block_trade
    FROM paid`
}
