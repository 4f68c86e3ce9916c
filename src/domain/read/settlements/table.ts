/**
 * `settlements`: what every finalized market paid. A later `finalized` description replaces an earlier one.
 */
import { type Millionths, ONE_DOLLAR } from "../../units/fixed.ts"
import { cents, market, required, text, time } from "../column.ts"
import { type Field, unread } from "../field.ts"
import type { Market } from "../markets/market.ts"
import { entityTable } from "../table.ts"
import { shownOf, ticker, view } from "../view.ts"

/**
 * Returns the payout of one YES contract, in micro-dollars. Answers from before 2025-12 may lack the
 * settlement value, and it may be unreadable; the payout then follows from a result of yes or no.
 */
const yesPayout = ({ terms: { result, settlementValue } }: Market): Field<Millionths> => {
  if (typeof settlementValue === "number") return settlementValue
  if (result === "yes") return ONE_DOLLAR
  if (result === "no") return 0
  return settlementValue === unread || result === unread ? unread : null
}

const noPayout = (market: Market): Field<Millionths> => {
  const yes = yesPayout(market)
  return typeof yes === "number" ? ONE_DOLLAR - yes : yes
}

export const settlementRows = entityTable<Market>()({
  name: "settlement_rows",
  columns: {
    market: required(market(({ ticker }) => ticker)),
    event_ticker: text(({ terms }) => terms.eventTicker),
    /** When the exchange says that it settled. */
    settled_at: time(({ terms }) => terms.settlementTime),
    /** `yes, no, scalar` or the empty string; an open set. */
    result: text(({ terms }) => terms.result),
    /** The last quoted bid. */
    final_yes_price: cents(({ quote }) => quote.yesBid),
    final_no_price: cents(({ quote }) => quote.noBid),
    yes_payout: cents(yesPayout),
    no_payout: cents(noPayout)
  },
  indexes: ["settlement_rows_by_time ON settlement_rows (settled_at, market)"]
})

export const settlements = view({
  name: "settlements",
  about: "what every finalized market paid, in cents a contract",
  key: ["ticker"],
  columns: {
    ticker,
    ...shownOf(settlementRows, "s", ["market"])
  },
  from: "FROM settlement_rows s JOIN market_numbers n ON n.market = s.market"
})
