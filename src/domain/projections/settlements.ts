/**
 * `settlements`: what every finalized market paid. A result at `determined` may still be disputed or
 * amended, so it is not one; a later `finalized` of the same market replaces the earlier.
 * Market objects that do not decode are reported by the `markets` projection.
 */
import { type Columns, cell, cents, rowOf } from "../cells.ts"
import { ONE_DOLLAR } from "../fixed.ts"
import { isFinal, type Market, type MarketTerms } from "../market.ts"
import { type EntityTable, entityRow, type Projection } from "../projection.ts"
import * as wire from "../wire/market/market.ts"
import { holdsMarkets } from "./markets.ts"

const columns: Columns<Market> = [
  ["market", (market) => market.ticker],
  ["event_ticker", (market) => market.terms.eventTicker],
  ["settled_at", (market) => cell(market.terms.settlementTime)],
  ["result", (market) => cell(market.terms.result)],
  ["final_yes_price", (market) => cents(market.quote.yesBid)],
  ["final_no_price", (market) => cents(market.quote.noBid)],
  ["yes_payout", (market) => cents(yesPayout(market))],
  ["no_payout", (market) => cents(noPayout(market))]
]

const yesPayout = (market: Market) => market.terms.settlementValue ?? payoutOf(market.terms.result)

const noPayout = (market: Market) => {
  const yes = yesPayout(market)
  return yes === null ? null : ONE_DOLLAR - yes
}

/** Answers from before 2025-12 may lack the settlement value; yes and no leave no doubt about it. */
const payoutOf = (result: MarketTerms["result"]) =>
  result === "yes" ? ONE_DOLLAR : result === "no" ? 0 : null

const table: EntityTable = {
  kind: "entities",
  name: "settlement_rows",
  columns: columns.map(([name]) => name)
}

const cellsOf = rowOf(columns)

export const settlements: Projection = {
  name: "settlements",
  version: 1,
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
