/** Since 2026-03-12: prices in `*_dollars` strings, counts in `*_fp` strings, no integers of either. */
import { decimal, price, said, shape } from "../../wire/shape.ts"

export const quote = shape({
  yesBid: ["yes_bid_dollars", said(price)],
  yesAsk: ["yes_ask_dollars", said(price)],
  noBid: ["no_bid_dollars", said(price)],
  noAsk: ["no_ask_dollars", said(price)],
  lastPrice: ["last_price_dollars", said(price)],
  volume: ["volume_fp", said(decimal)],
  volume24h: ["volume_24h_fp", said(decimal)],
  openInterest: ["open_interest_fp", said(decimal)],
  yesBidSize: ["yes_bid_size_fp", said(decimal)],
  yesAskSize: ["yes_ask_size_fp", said(decimal)],
  liquidity: ["liquidity_dollars", said(decimal)]
})

export const payout = shape({ settlementValue: ["settlement_value_dollars", said(price)] })
