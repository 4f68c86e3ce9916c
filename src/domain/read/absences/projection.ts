/**
 * Markets that were asked for by name and were not in the answer. The exchange answers 200 with the others: a
 * market that is in neither tier has been purged, and no other answer shows that. One that is seen again
 * later was not purged: `markets` shows `not_found_at` only where nothing newer is known.
 */
import * as wire from "../markets/wire/market.ts"
import { facts, type Projection } from "../projection.ts"
import { type Absence, marketAbsences } from "./table.ts"

const tiers: Readonly<Record<string, Absence["tier"]>> = {
  "GET /markets": "live",
  "GET /historical/markets": "historical"
}

/** The parameters that leave no market out. Any other may be the reason why a market is not in the answer. */
const HARMLESS = new Set(["limit", "tickers"])

/** Returns the markets that a request names, if it asks for nothing but them. */
const namedIn = (request: string): ReadonlyArray<string> => {
  const query = new URLSearchParams(request.split("?")[1] ?? "")
  return [...query.keys()].every((key) => HARMLESS.has(key))
    ? (query.get("tickers") ?? "").split(",").filter((ticker) => ticker !== "")
    : []
}

export const absences: Projection = {
  name: "market_absences",
  version: 3,
  tables: [marketAbsences],
  reads: ({ endpoint, page, request }) =>
    tiers[endpoint] !== undefined && page === 0 && namedIn(request).length > 0,
  project: (reading) => {
    const { endpoint, request } = reading.observation
    const tier = tiers[endpoint]
    const { items, problems } = reading.items(wire.markets)
    // A market whose name cannot be read is not absent; the `markets` projection reports it. A page with such
    // an item yields no absences.
    if (tier === undefined || problems.some(({ part }) => part === undefined))
      return { rows: [], problems: [] }
    const present = new Set(items.map(({ ticker }) => ticker))
    const absent = namedIn(request).flatMap((ticker) => (present.has(ticker) ? [] : [{ ticker, tier }]))
    return { rows: [facts(marketAbsences, absent, reading.observation)], problems: [] }
  }
}
