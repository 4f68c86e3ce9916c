/** The SQL of the report `liquidity`: spreads of quotes, and depth and costs from books. */
import { quotedString as literal } from "@duckdb/node-api"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { CATEGORY, isOfPopulation, isWithin } from "../population.ts"

/** The distance from the best price within which the depth is added up, in cents. */
export const DEPTH_CENTS = 5

/** The numbers of contracts whose cost is asked for. */
export const ORDERS = [100, 1000] as const

const quotes = (filters: ReportFilters): string => `
  WITH quotes AS (
    SELECT date_trunc('day', p.snapshot_time) AS day, ${CATEGORY} AS category,
      p.yes_bid > 0 AS has_bid, p.yes_ask < 100 AS has_ask, p.spread, p.yes_bid_size, p.yes_ask_size
    FROM price_snapshots p LEFT JOIN markets m ON m.ticker = p.ticker
    WHERE ${isWithin("p.snapshot_time", filters)} AND ${isOfPopulation(filters)}
      ${filters.minVolume === undefined ? "" : `AND p.volume >= ${filters.minVolume}`}
  )`

/**
 * Quotes by UTC day, by category and in all. The median comes from the counts of the distinct spreads, so it is exact
 * and takes little memory.
 */
export const spreads = (filters: ReportFilters): string => `
  ${quotes(filters)},
  counted AS (
    SELECT day, category, spread, count(*) AS quotes, count(*) FILTER (has_bid AND has_ask) AS two_sided,
      count(*) FILTER (has_ask AND NOT has_bid) AS no_bid, count(*) FILTER (has_bid AND NOT has_ask) AS no_ask,
      count(*) FILTER (NOT has_bid AND NOT has_ask) AS empty, count(*) FILTER (has_bid IS NULL OR has_ask IS NULL) AS unknown,
      sum(yes_bid_size) FILTER (has_bid AND has_ask) AS bid_size, sum(yes_ask_size) FILTER (has_bid AND has_ask) AS ask_size
    FROM quotes GROUP BY day, category, spread
  ),
  levels AS (
    SELECT CASE grouping(day, category) WHEN 1 THEN 'day' WHEN 2 THEN 'category' ELSE 'all' END AS level, day, category,
      spread, sum(quotes) AS quotes, sum(two_sided) AS two_sided, sum(no_bid) AS no_bid, sum(no_ask) AS no_ask,
      sum(empty) AS empty, sum(unknown) AS unknown, sum(bid_size) AS bid_size, sum(ask_size) AS ask_size
    FROM counted GROUP BY GROUPING SETS ((day, spread), (category, spread), (spread))
  ),
  ranked AS (
    SELECT *, sum(two_sided) OVER (PARTITION BY level, day, category ORDER BY spread NULLS LAST) AS up_to,
      sum(two_sided) OVER (PARTITION BY level, day, category) AS two_sided_in_all
    FROM levels
  )
  SELECT level, strftime(day, '%Y-%m-%d') AS day, category, sum(quotes)::BIGINT AS quotes, sum(two_sided)::BIGINT AS two_sided,
    (sum(two_sided) / sum(quotes))::DOUBLE AS two_sided_share,
    sum(no_bid)::BIGINT AS no_bid, sum(no_ask)::BIGINT AS no_ask, sum(empty)::BIGINT AS empty, sum(unknown)::BIGINT AS unknown,
    (sum(spread * two_sided) / nullif(sum(two_sided), 0))::DOUBLE AS mean_spread,
    min(spread) FILTER (two_sided > 0 AND 2 * up_to >= two_sided_in_all)::DOUBLE AS median_spread,
    (sum(bid_size) / nullif(sum(two_sided), 0))::DOUBLE AS mean_bid_size,
    (sum(ask_size) / nullif(sum(two_sided), 0))::DOUBLE AS mean_ask_size
  FROM ranked GROUP BY level, day, category ORDER BY level, day, quotes DESC, category`

/** The last complete slot of books of each of the newest days. */
export const bookSlots = (filters: ReportFilters, days: number): string => `
  SELECT max(slot) AS slot FROM collection_runs
  WHERE feed = 'orderbooks' AND status = 'complete' AND ${isWithin("slot", filters)}
  GROUP BY date_trunc('day', slot) ORDER BY 1 DESC LIMIT ${days}`

const costs = ORDERS.map(
  (size) => `
      CASE WHEN sum(size) >= ${size} THEN sum(greatest(0, least(size, ${size} - before)) * ask) / ${size} END AS cost_${size}`
).join(",")

const costSums = ORDERS.map(
  (size) => `
    count(cost_${size}) / count(*) AS fillable_${size}_share, avg(cost_${size} - best_ask)::DOUBLE AS cost_above_ask_${size}`
).join(",")

/**
 * Books of the given slots, by category and in all. Both sides of a book are bids: a bid for NO at 40 is an ask for YES
 * at 60. The cost is the mean price of a market order that buys YES, and is unknown if the book has too little.
 */
export const depths = (filters: ReportFilters, slots: ReadonlyArray<string>): string => `
  WITH levels AS (
    SELECT b.ticker, b.snapshot_time, ${CATEGORY} AS category, b.side, b.price, b.size
    FROM orderbook_snapshots b LEFT JOIN markets m ON m.ticker = b.ticker
    WHERE b.snapshot_time IN (${slots.map((slot) => `TIMESTAMPTZ ${literal(slot)}`).join(", ")}) AND ${isOfPopulation(filters)}
  ),
  sides AS (
    SELECT *, max(price) OVER (PARTITION BY ticker, snapshot_time, side) AS best,
      coalesce(sum(size) OVER (PARTITION BY ticker, snapshot_time, side ORDER BY price DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
    FROM levels
  ),
  asks AS (SELECT *, 100 - price AS ask FROM sides WHERE side = 'no'),
  bought AS (
    SELECT ticker, snapshot_time, min(ask) AS best_ask,${costs}
    FROM asks GROUP BY 1, 2
  ),
  books AS (
    SELECT ticker, snapshot_time, category, bool_or(side = 'yes') AND bool_or(side = 'no') AS is_two_sided,
      coalesce(sum(size) FILTER (side = 'yes' AND price >= best - ${DEPTH_CENTS}), 0) AS bid_depth,
      coalesce(sum(size) FILTER (side = 'no' AND price >= best - ${DEPTH_CENTS}), 0) AS ask_depth
    FROM sides GROUP BY 1, 2, 3
  )
  SELECT CASE grouping(category) WHEN 1 THEN 'all' ELSE category END AS category, count(*) AS books,
    count(*) FILTER (is_two_sided) / count(*) AS two_sided_share, avg(bid_depth)::DOUBLE AS bid_depth, avg(ask_depth)::DOUBLE AS ask_depth,${costSums}
  FROM books LEFT JOIN bought USING (ticker, snapshot_time)
  GROUP BY GROUPING SETS ((category), ()) ORDER BY grouping(category) DESC, books DESC, category`
