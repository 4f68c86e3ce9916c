/** `markets`: the words and terms each market trades under, as last described. */
import { boolean, type Columns, cell, cents, rowOf } from "../entity-cells.ts"
import type { EntityTable, Projection } from "../projection.ts"
import { isFinal, type MarketTerms } from "./market.ts"
import * as wire from "./wire/market.ts"

/** Column and where it comes from, in one place, so that the two cannot drift apart. */
const columns: Columns<MarketTerms> = [
  ["market", (market) => market.ticker],
  ["event_ticker", (market) => cell(market.eventTicker)],
  ["market_type", (market) => cell(market.marketType)],
  ["title", (market) => cell(market.title)],
  ["subtitle", (market) => cell(market.subtitle)],
  ["yes_sub_title", (market) => cell(market.yesSubTitle)],
  ["no_sub_title", (market) => cell(market.noSubTitle)],
  ["category", (market) => cell(market.category)],
  ["status", (market) => cell(market.status)],
  ["result", (market) => cell(market.result)],
  ["settlement_value", (market) => cents(market.settlementValue)],
  ["settlement_ts", (market) => cell(market.settlementTime)],
  ["created_time", (market) => cell(market.createdTime)],
  ["updated_time", (market) => cell(market.updatedTime)],
  ["open_time", (market) => cell(market.openTime)],
  ["close_time", (market) => cell(market.closeTime)],
  ["expiration_time", (market) => cell(market.expirationTime ?? market.latestExpirationTime)],
  ["latest_expiration_time", (market) => cell(market.latestExpirationTime)],
  ["expected_expiration_time", (market) => cell(market.expectedExpirationTime)],
  ["occurrence_datetime", (market) => cell(market.occurrenceTime)],
  ["settlement_timer_seconds", (market) => cell(market.settlementTimerSeconds)],
  ["expiration_value", (market) => cell(market.expirationValue)],
  ["can_close_early", (market) => boolean(market.canCloseEarly)],
  ["early_close_condition", (market) => cell(market.earlyCloseCondition)],
  ["strike_type", (market) => cell(market.strikeType)],
  ["floor_strike", (market) => cell(market.floorStrike)],
  ["cap_strike", (market) => cell(market.capStrike)],
  ["custom_strike", (market) => cell(market.customStrike)],
  ["price_level_structure", (market) => cell(market.priceLevelStructure)],
  ["price_ranges", (market) => cell(market.priceRanges)],
  ["mve_collection_ticker", (market) => cell(market.mveCollectionTicker)],
  ["mve_selected_legs", (market) => cell(market.mveSelectedLegs)],
  ["settlement_bounds_type", (market) => cell(market.settlementBoundsType)],
  ["settlement_floor", (market) => cents(market.settlementFloor)],
  ["is_provisional", (market) => boolean(market.isProvisional)],
  ["exchange_index", (market) => cell(market.exchangeIndex)],
  ["rules_primary", (market) => cell(market.rulesPrimary)],
  ["rules_secondary", (market) => cell(market.rulesSecondary)]
]

const table: EntityTable = {
  kind: "entities",
  name: "market_rows",
  columns: columns.map(([name]) => name),
  shared: ["early_close_condition", "price_ranges", "rules_primary", "rules_secondary"]
}

const cellsOf = rowOf(columns)

const endpoints = new Set([
  "GET /markets",
  "GET /markets/{ticker}",
  "GET /events",
  "GET /events/{event_ticker}",
  "GET /historical/markets",
  "GET /historical/markets/{ticker}"
])

/** Answers that hold market objects, whichever feed asked for them. */
export const holdsMarkets = (endpoint: string): boolean => endpoints.has(endpoint)

export const markets: Projection = {
  name: "markets",
  version: 8,
  tables: [table],
  reads: ({ endpoint }) => holdsMarkets(endpoint),
  project: (reading) => {
    const { items, problems } = reading.items(wire.markets)
    return {
      rows: [
        {
          table,
          rows: items.map((market) => ({
            key: market.ticker,
            digest: market.digest,
            final: isFinal(market),
            cells() {
              return cellsOf(market.terms)
            }
          }))
        }
      ],
      problems
    }
  }
}
