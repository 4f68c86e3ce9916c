/** All derived views and macros. One stands after those that its SQL names. */
import { bookTop } from "./book-top.ts"
import type { Answer } from "./definition.ts"
import { eventPrices } from "./event-prices.ts"
import { latestPrices } from "./latest-prices.ts"
import { missingSlots } from "./missing-slots.ts"
import { quotes } from "./quotes.ts"
import { settledMarkets } from "./settled-markets.ts"
import { takerTrades } from "./taker-trades.ts"

export const answers: ReadonlyArray<Answer> = [
  quotes,
  latestPrices,
  bookTop,
  eventPrices,
  missingSlots,
  settledMarkets,
  takerTrades
]
