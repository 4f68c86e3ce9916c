/** All derived views and macros. One stands after those that its SQL names. */
import { bookAt } from "./book-at.ts"
import { bookTop } from "./book-top.ts"
import { costToFill } from "./cost-to-fill.ts"
import type { Answer } from "./definition.ts"
import { depthWithin } from "./depth-within.ts"
import { eventPrices } from "./event-prices.ts"
import { feeAt } from "./fee-at.ts"
import { feePeriods } from "./fee-periods.ts"
import { latestPrices } from "./latest-prices.ts"
import { missingSlots } from "./missing-slots.ts"
import { openAt } from "./open-at.ts"
import { makerFee, orderFee, takerFee } from "./order-fee.ts"
import { priceAt, priceAtReason } from "./price-at.ts"
import { pricesBeforeClose } from "./prices-before-close.ts"
import { quoteAt } from "./quote-at.ts"
import { quotes } from "./quotes.ts"
import { settledMarkets } from "./settled-markets.ts"
import { takerTrades } from "./taker-trades.ts"
import { termsAt } from "./terms-at.ts"
import { tradeAt } from "./trade-at.ts"

export const answers: ReadonlyArray<Answer> = [
  quotes,
  latestPrices,
  pricesBeforeClose,
  bookTop,
  eventPrices,
  missingSlots,
  settledMarkets,
  takerTrades,
  openAt,
  termsAt,
  quoteAt,
  priceAt,
  priceAtReason,
  tradeAt,
  bookAt,
  costToFill,
  depthWithin,
  feePeriods,
  feeAt,
  orderFee,
  takerFee,
  makerFee
]
