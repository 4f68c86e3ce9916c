/** The SQL of the report `volume`, over all recorded trades. */
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { busyMarkets, CATEGORY, isOfPopulation, isWithin } from "../population.ts"

/**
 * The sums of trades: by UTC day, by category, by the taker's side, and in all, in one reading. `level` names the
 * grouping of a row. A taker of YES pays the price of YES and a taker of NO that of NO; without a known side, what the
 * taker paid is unknown.
 */
export const volumes = (filters: ReportFilters): string => `
  WITH busy AS (${busyMarkets(filters)}),
  selected AS (
    SELECT date_trunc('day', t.created_time) AS day, t.ticker, m.ticker IS NOT NULL AS described,
      ${CATEGORY} AS category, coalesce(t.taker_side, 'unknown') AS taker_side, t.count AS contracts,
      CASE t.taker_side WHEN 'yes' THEN t.count * t.yes_price WHEN 'no' THEN t.count * t.no_price END / 100 AS paid,
      t.is_block_trade
    FROM trades t LEFT JOIN markets m ON m.ticker = t.ticker
    WHERE ${isWithin("t.created_time", filters)} AND ${isOfPopulation(filters)}
      ${filters.minVolume === undefined ? "" : "AND t.ticker IN (SELECT ticker FROM busy)"}
  )
  SELECT CASE grouping(day, category, taker_side) WHEN 3 THEN 'day' WHEN 5 THEN 'category' WHEN 6 THEN 'side' ELSE 'all' END AS level,
    strftime(day, '%Y-%m-%d') AS day, category, taker_side, count(*) AS trades, sum(contracts)::DOUBLE AS contracts,
    coalesce(sum(contracts) FILTER (taker_side = 'yes'), 0)::DOUBLE AS yes_contracts,
    coalesce(sum(contracts) FILTER (taker_side = 'no'), 0)::DOUBLE AS no_contracts,
    sum(paid)::DOUBLE AS paid_dollars, count(*) FILTER (paid IS NULL) AS trades_unpaid, count(DISTINCT ticker) AS markets,
    count(*) FILTER (NOT described) AS undescribed, count(*) FILTER (is_block_trade) AS blocks
  FROM selected GROUP BY GROUPING SETS ((day), (category), (taker_side), ())
  ORDER BY level, day, contracts DESC, category, taker_side`

/** All recorded trades of the time, before the filters of markets. */
export const population = (filters: ReportFilters): string =>
  `SELECT count(*) AS trades FROM trades t WHERE ${isWithin("t.created_time", filters)}`
