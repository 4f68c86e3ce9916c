/** Until 2025-08: whole cents and whole contracts only. Sizes of the best quotes were not sent. */
import { amount, cents, contracts, nullable, shape } from "../../wire/shape.ts"

export const quote = shape({
  yesBid: ["yes_bid", nullable(cents)],
  yesAsk: ["yes_ask", nullable(cents)],
  noBid: ["no_bid", nullable(cents)],
  noAsk: ["no_ask", nullable(cents)],
  lastPrice: ["last_price", nullable(cents)],
  volume: ["volume", nullable(contracts)],
  volume24h: ["volume_24h", nullable(contracts)],
  openInterest: ["open_interest", nullable(contracts)],
  yesBidSize: ["yes_bid_size", nullable(contracts)],
  yesAskSize: ["yes_ask_size", nullable(contracts)],
  liquidity: ["liquidity", nullable(amount)]
})

export const payout = shape({
  settlementValue: ["settlement_value", nullable(cents)],
  notionalValue: ["notional_value", nullable(cents)]
})
