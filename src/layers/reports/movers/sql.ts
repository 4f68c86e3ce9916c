/** The SQL of the report `movers`: the quotes of two slots. */
import { quotedString as literal } from "@duckdb/node-api"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { isOfPopulation, isWithin } from "../population.ts"

/** The complete slots of quotes, the newest first. */
export const slots = (filters: Pick<ReportFilters, "from" | "to">): string => `
  SELECT slot FROM collection_runs
  WHERE feed = 'markets' AND status = 'complete' AND ${isWithin("slot", filters)} ORDER BY slot DESC`

/** A missing bid counts as 0 and a missing ask as 100, as the exchange sends them. A book with neither has no price. */
const PRICE = "CASE WHEN yes_bid > 0 OR yes_ask < 100 THEN (yes_bid + yes_ask) / 2 END"

const quotes = (name: string, slot: string): string => `
  ${name} AS (
    SELECT ticker, yes_bid, yes_ask, volume, ${PRICE} AS price FROM price_snapshots
    WHERE snapshot_time = TIMESTAMPTZ ${literal(slot)}
  )`

/** The markets that were quoted in the later slot, with their quotes of both slots. Slots are constants, so no other row is read. */
const compared = (filters: ReportFilters, earlier: string, later: string): string => `
  WITH ${quotes("was", earlier)}, ${quotes("now", later)},
  compared AS (
    SELECT now.ticker, m.title, m.yes_sub_title, m.category,
      was.price AS price_before, now.price AS price_now, now.price - was.price AS change,
      now.yes_bid, now.yes_ask,
      CASE WHEN was.ticker IS NOT NULL THEN now.volume - was.volume END AS traded,
      CASE
        WHEN ${filters.minVolume === undefined ? "false" : `now.volume IS NULL OR now.volume < ${filters.minVolume}`} THEN 'fewer contracts traded than --min-volume'
        WHEN was.ticker IS NULL THEN 'not quoted in the earlier slot'
        WHEN now.price IS NULL THEN 'an empty book in the later slot'
        WHEN was.price IS NULL THEN 'an empty book in the earlier slot'
      END AS excluded
    FROM now LEFT JOIN was USING (ticker) LEFT JOIN markets m USING (ticker)
    WHERE ${isOfPopulation(filters)}
  )`

export const counts = (filters: ReportFilters, earlier: string, later: string): string => `
  ${compared(filters, earlier, later)}
  SELECT excluded, count(*) AS markets, count(*) FILTER (change <> 0) AS changed
  FROM compared GROUP BY 1 ORDER BY 2 DESC, 1`

/** The largest changes. Of equal ones, the market with more contracts traded comes first, then the lesser ticker. */
export const largest = (filters: ReportFilters, earlier: string, later: string, most: number): string => `
  ${compared(filters, earlier, later)}
  SELECT ticker, price_before, price_now, change, yes_bid, yes_ask, traded,
    coalesce(nullif(yes_sub_title, ''), title) AS outcome, category
  FROM compared WHERE excluded IS NULL AND change <> 0
  ORDER BY abs(change) DESC, traded DESC, ticker LIMIT ${most}`
