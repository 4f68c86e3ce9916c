/** Since 2026-03-12: prices in `*_dollars` strings, counts in `*_fp` strings, no integers of either. */
import { decimal, nullable, price, shape } from "../../wire/shape.ts"

export const quote = shape({
  yesBid: ["yes_bid_dollars", nullable(price)],
  yesAsk: ["yes_ask_dollars", nullable(price)],
  noBid: ["no_bid_dollars", nullable(price)],
  noAsk: ["no_ask_dollars", nullable(price)],
  lastPrice: ["last_price_dollars", nullable(price)],
  volume: ["volume_fp", nullable(decimal)],
  volume24h: ["volume_24h_fp", nullable(decimal)],
  openInterest: ["open_interest_fp", nullable(decimal)],
  yesBidSize: ["yes_bid_size_fp", nullable(decimal)],
  yesAskSize: ["yes_ask_size_fp", nullable(decimal)],
  liquidity: ["liquidity_dollars", nullable(decimal)]
})

export const payout = shape({
  settlementValue: ["settlement_value_dollars", nullable(price)],
  notionalValue: ["notional_value_dollars", nullable(price)]
})
