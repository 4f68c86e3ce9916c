/**
 * Markets that were asked for by name and were not in the answer. The exchange answers 200 with the others: a
 * market that is in neither tier has been purged, which is the only word that anybody will ever have of it. One
 * that is seen again later was not: `markets` says `not_found_at` only where nothing newer is known.
 */

import * as wire from "../markets/wire/market.ts"
import type { FactTable, Projection } from "../projection.ts"

const table: FactTable = {
  kind: "facts",
  name: "market_absences",
  columns: ["market", "tier", "asked_at"],
  key: ["market", "tier"]
}

const tiers: Readonly<Record<string, "live" | "archive">> = {
  "GET /markets": "live",
  "GET /historical/markets": "archive"
}

/** Any other parameter may be what has left a market out. */
const HARMLESS = new Set(["limit", "tickers"])

/** The markets that a request names, if it asks for nothing but them. */
const named = (request: string): ReadonlyArray<string> => {
  const query = new URLSearchParams(request.split("?")[1] ?? "")
  return [...query.keys()].every((key) => HARMLESS.has(key))
    ? (query.get("tickers") ?? "").split(",").filter((ticker) => ticker !== "")
    : []
}

export const absences: Projection = {
  name: "market_absences",
  version: 2,
  tables: [table],
  reads: ({ endpoint, page, request }) =>
    tiers[endpoint] !== undefined && page === 0 && named(request).length > 0,
  project: (reading) => {
    const { endpoint, observedAt, request } = reading.observation
    const { items, problems } = reading.items(wire.markets)
    // A market whose name cannot be read is not absent; the `markets` projection reports it. A page with such
    // an item yields no absences.
    if (problems.some(({ part }) => part === undefined)) return { rows: [], problems: [] }
    const present = new Set(items.map(({ ticker }) => ticker))
    const rows = named(request).flatMap((ticker) =>
      present.has(ticker) ? [] : [[ticker, tiers[endpoint] ?? null, observedAt]]
    )
    return { rows: [{ table, rows }], problems: [] }
  }
}
