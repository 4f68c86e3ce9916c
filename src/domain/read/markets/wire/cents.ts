/** Until 2025-08: whole cents and whole contracts only. Sizes of the best quotes were not sent. */
import { amount, cents, contracts, said, shape } from "../../wire/shape.ts"

export const quote = shape({
  yesBid: ["yes_bid", said(cents)],
  yesAsk: ["yes_ask", said(cents)],
  noBid: ["no_bid", said(cents)],
  noAsk: ["no_ask", said(cents)],
  lastPrice: ["last_price", said(cents)],
  volume: ["volume", said(contracts)],
  volume24h: ["volume_24h", said(contracts)],
  openInterest: ["open_interest", said(contracts)],
  yesBidSize: ["yes_bid_size", said(contracts)],
  yesAskSize: ["yes_ask_size", said(contracts)],
  liquidity: ["liquidity", said(amount)]
})

export const payout = shape({ settlementValue: ["settlement_value", said(cents)] })
