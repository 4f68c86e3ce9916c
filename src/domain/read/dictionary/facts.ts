/** The meaning of the columns of prices, books, trades and candles. */
import type { candlesticks } from "../candlesticks/table.ts"
import type { orderbookSnapshots } from "../orderbooks/table.ts"
import type { priceSnapshots } from "../prices/table.ts"
import type { trades } from "../trades/table.ts"
import type { Meanings } from "./meanings.ts"

export const priceSnapshotsColumns: Meanings<typeof priceSnapshots> = {
  ticker: "the market; a market that was not open in a slot has no row for it",
  snapshot_time: "the slot: when the listing was due, not when it arrived",
  yes_bid: "best bid for YES; **0 is no bid**",
  yes_ask: "best ask for YES; **100 is no ask**",
  no_bid: "best bid for NO (100 − `yes_ask`)",
  no_ask: "best ask for NO",
  last_price: "price of the last trade; 0 if there never was one",
  volume: "contracts traded since the market opened",
  volume_24h: "contracts traded in the last 24 hours",
  open_interest: "contracts held",
  liquidity: "0 since 2026-02, NULL since 2026-10: the exchange no longer sends it",
  yes_bid_size: "contracts at the best bid",
  yes_ask_size: "contracts at the best ask",
  midpoint: "(bid + ask) / 2; **NULL if either side is empty**",
  spread: "ask − bid; NULL if either side is empty",
  observed_at:
    "when this quote was received; as-of queries use it. The exchange's listing may be 15 s old by then"
}

export const orderbookSnapshotsColumns: Meanings<typeof orderbookSnapshots> = {
  ticker: "the market; a book without bids has no row",
  snapshot_time: "the slot",
  side: "`yes` or `no`: both sides are bids, and an ask for YES at 60 is a bid for NO at 40",
  price: "the level",
  size: "contracts at this level",
  observed_at: "when the book was received"
}

export const tradesColumns: Meanings<typeof trades> = {
  trade_id: "the exchange's id of the trade",
  ticker: "the market; it may not be in `markets` yet",
  created_time: "when the trade was made, to the microsecond; several trades may share a time",
  yes_price: "price of YES",
  no_price: "100 − `yes_price`",
  count: "contracts traded",
  taker_side: "`yes` or `no`: what the taker bought; NULL if the exchange did not send it",
  is_block_trade: "whether it was negotiated off the book; NULL before 2026-05-29"
}

export const candlesticksColumns: Meanings<typeof candlesticks> = {
  ticker: "the market; a period without any data has no row",
  period_minutes: "1, 60 or 1440",
  end_time:
    "**end** of the period, which is part of the period. A day's candle ends at midnight in New York, 04:00 or 05:00 UTC",
  yes_bid_open: "first best bid for YES of the period",
  yes_bid_low: "lowest best bid for YES of the period",
  yes_bid_high: "highest best bid for YES of the period",
  yes_bid_close: "last best bid for YES of the period",
  yes_ask_open: "first best ask for YES of the period",
  yes_ask_low: "lowest best ask for YES of the period",
  yes_ask_high: "highest best ask for YES of the period",
  yes_ask_close: "last best ask for YES of the period",
  price_open: "first trade of the period; NULL if there was none",
  price_low: "lowest trade of the period; NULL if there was none",
  price_high: "highest trade of the period; NULL if there was none",
  price_close: "last trade of the period; NULL if there was none",
  price_mean: "mean of the trades",
  price_previous: "last trade before the period",
  volume: "contracts traded in the period",
  open_interest: "contracts held at its end"
}
