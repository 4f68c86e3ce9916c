/** A trade as the exchange writes it. */
import { rfc3339 } from "../universe/instant.ts"
import { contracts, dollars, NO_ASK } from "../universe/ticks.ts"
import type { Trade } from "../universe/trades.ts"
import type { TradeJson } from "./wire.ts"

export const tradeJson = (trade: Trade): TradeJson => ({
  count_fp: contracts(trade.count),
  created_time: rfc3339(trade.createdUs),
  is_block_trade: trade.block,
  no_price_dollars: dollars(NO_ASK - trade.yesPrice),
  taker_book_side: trade.taker === "yes" ? "bid" : "ask",
  taker_outcome_side: trade.taker,
  taker_side: trade.taker,
  ticker: trade.market.ticker,
  trade_id: trade.id,
  yes_price_dollars: dollars(trade.yesPrice)
})
