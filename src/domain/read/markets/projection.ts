import type { Projection } from "../projection.ts"
import { isFinal } from "./market.ts"
import { marketRows } from "./table.ts"
import * as wire from "./wire/market.ts"

const endpoints = new Set([
  "GET /markets",
  "GET /markets/{ticker}",
  "GET /events",
  "GET /events/{event_ticker}",
  "GET /historical/markets",
  "GET /historical/markets/{ticker}"
])

/** Tells whether an answer contains market objects, whichever feed asked for them. */
export const holdsMarkets = (endpoint: string): boolean => endpoints.has(endpoint)

export const markets: Projection = {
  name: "markets",
  version: 10,
  tables: [marketRows],
  reads: ({ endpoint }) => holdsMarkets(endpoint),
  project: (reading) => {
    const { items, problems } = reading.items(wire.markets)
    const rows = items.map((market) => ({
      key: market.ticker,
      digest: market.digest,
      final: isFinal(market),
      cells() {
        return marketRows.rowOf(market.terms, reading.observation)
      }
    }))
    return { rows: [{ table: marketRows, rows }], problems }
  }
}
