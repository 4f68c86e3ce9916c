/**
 * `settlements`: what every finalized market paid. A result at `determined` may still be disputed or
 * amended, so it is not one; a later `finalized` of the same market replaces the earlier.
 * Market objects that do not decode are reported by the `markets` projection.
 */

import { type Millionths, ONE_DOLLAR } from "../../units/fixed.ts"
import { type Columns, cell, cents, rowOf } from "../entity-cells.ts"
import { isFinal, type Market } from "../markets/market.ts"
import { holdsMarkets } from "../markets/projection.ts"
import * as wire from "../markets/wire/market.ts"
import { type EntityTable, entityRow, type Projection } from "../projection.ts"
import { type Told, unread } from "../told.ts"

const columns: Columns<Market> = [
  ["market", (market) => market.ticker],
  ["event_ticker", (market) => cell(market.terms.eventTicker)],
  ["settled_at", (market) => cell(market.terms.settlementTime)],
  ["result", (market) => cell(market.terms.result)],
  ["final_yes_price", (market) => cents(market.quote.yesBid)],
  ["final_no_price", (market) => cents(market.quote.noBid)],
  ["yes_payout", (market) => cents(yesPayout(market))],
  ["no_payout", (market) => cents(noPayout(market))]
]

/**
 * Returns the payout of one YES contract, in micro-dollars. Answers from before 2025-12 may lack the
 * settlement value, and it may be unreadable; the payout then follows from a result of yes or no.
 */
const yesPayout = ({ terms: { result, settlementValue } }: Market): Told<Millionths> => {
  if (typeof settlementValue === "number") return settlementValue
  if (result === "yes") return ONE_DOLLAR
  if (result === "no") return 0
  return settlementValue === unread || result === unread ? unread : null
}

const noPayout = (market: Market): Told<Millionths> => {
  const yes = yesPayout(market)
  return typeof yes === "number" ? ONE_DOLLAR - yes : yes
}

const table: EntityTable = {
  kind: "entities",
  name: "settlement_rows",
  columns: columns.map(([name]) => name)
}

const cellsOf = rowOf(columns)

export const settlements: Projection = {
  name: "settlements",
  version: 3,
  tables: [table],
  reads: ({ endpoint }) => holdsMarkets(endpoint),
  project: (reading) => ({
    rows: [
      {
        table,
        rows: reading
          .items(wire.markets)
          .items.filter(isFinal)
          .map((market) => entityRow(cellsOf(market), true))
      }
    ],
    problems: []
  })
}
