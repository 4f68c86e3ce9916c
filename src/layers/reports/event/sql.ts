/** The SQL of the report `event`, over the markets of one event and a range of time. */
import { quotedString as literal } from "@duckdb/node-api"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { isWithin } from "../population.ts"

/** The number of points of a line. */
const POINTS = 360

export const event = (ticker: string): string => `
  SELECT title, mutually_exclusive FROM events WHERE event_ticker = ${literal(ticker)}`

export const tickers = (event: string): string =>
  `SELECT ticker FROM markets WHERE event_ticker = ${literal(event)} ORDER BY 1`

const listed = (names: ReadonlyArray<string>): string => names.map(literal).join(", ")

/** The event whose markets had most quotes with a changed price in the last recorded day, for a report that names none. */
export const busiest = `
  SELECT m.event_ticker AS ticker FROM price_snapshots p JOIN markets m ON m.ticker = p.ticker
  WHERE p.yes_bid > 0 AND p.yes_ask < 100 AND m.mve_collection_ticker IS NULL AND m.event_ticker IS NOT NULL
    AND p.snapshot_time > (SELECT max(slot) FROM collection_runs WHERE feed = 'markets') - INTERVAL 1 DAY
  GROUP BY 1 HAVING count(DISTINCT p.ticker) BETWEEN 2 AND 12
  ORDER BY count(DISTINCT (p.ticker, p.yes_bid)) DESC, 1 LIMIT 1`

/** Quotes of the markets. The tickers are constants, so that only their rows are read. */
const quotes = (names: ReadonlyArray<string>, filters: ReportFilters): string => `
  asked AS (
    SELECT ticker, snapshot_time AS moment, yes_bid AS bid, yes_ask AS ask, probability * 100 AS price FROM quotes
    WHERE ticker IN (${listed(names)}) AND ${isWithin("snapshot_time", filters)}
  ),
  extent AS (SELECT min(moment) AS earliest, max(moment) AS latest FROM asked),
  slots AS (
    SELECT slot AS moment FROM collection_runs, extent
    WHERE feed = 'markets' AND slot BETWEEN earliest AND latest
    UNION SELECT moment FROM asked
  ),
  parts AS (
    SELECT moment, floor(${POINTS} * (epoch_ms(moment) - epoch_ms(earliest)) / (1 + epoch_ms(latest) - epoch_ms(earliest))) AS part
    FROM slots, extent
  ),
  -- Of the slots that share a point, the last that has quotes.
  chosen AS (
    SELECT max(p.moment) AS moment, max(a.moment) AS quoted FROM parts p LEFT JOIN asked a ON a.moment = p.moment GROUP BY part
  )`

/** A row for each point and market: its price, or NULL where it had no quote or an empty book. */
export const prices = (names: ReadonlyArray<string>, filters: ReportFilters): string => `
  WITH ${quotes(names, filters)},
  members AS (SELECT unnest([${listed(names)}]) AS ticker)
  SELECT n.ticker, epoch_ms(coalesce(c.quoted, c.moment)) AS moment, a.price
  FROM chosen c CROSS JOIN members n LEFT JOIN asked a ON a.moment = c.quoted AND a.ticker = n.ticker
  ORDER BY n.ticker, moment`

/** A row for each point: the sums over the markets with a quote then. */
export const sums = (names: ReadonlyArray<string>, filters: ReportFilters): string => `
  WITH ${quotes(names, filters)}
  SELECT epoch_ms(coalesce(c.quoted, c.moment)) AS moment, count(a.ticker) AS markets, count(a.price) AS priced,
    sum(a.price) AS price, sum(a.bid) AS bids, sum(a.ask) AS asks
  FROM chosen c LEFT JOIN asked a ON a.moment = c.quoted
  GROUP BY 1 ORDER BY 1`

/**
 * A row for each market: its first and last quote, and what it paid, the highest last price first. Two markets may mean the
 * same in words; then their tickers label their lines.
 */
export const members = (names: ReadonlyArray<string>, filters: ReportFilters): string => `
  WITH ${quotes(names, filters)},
  ends AS (
    SELECT ticker, count(*) AS quotes, arg_min(price, moment) FILTER (price IS NOT NULL) AS first_price,
      arg_max(price, moment) FILTER (price IS NOT NULL) AS last_price,
      arg_max(bid, moment) AS yes_bid, arg_max(ask, moment) AS yes_ask
    FROM asked GROUP BY ticker
  ),
  named AS (
    SELECT ticker, coalesce(nullif(yes_sub_title, ''), nullif(title, ''), ticker) AS name, status
    FROM markets WHERE ticker IN (${listed(names)})
  )
  SELECT m.*, CASE count(*) OVER (PARTITION BY m.name) WHEN 1 THEN m.name ELSE m.ticker END AS label,
    first_price, last_price, yes_bid, yes_ask, coalesce(quotes, 0) AS quotes, s.yes_payout
  FROM named m LEFT JOIN ends e ON e.ticker = m.ticker
    LEFT JOIN (FROM settlements WHERE ticker IN (${listed(names)})) s ON s.ticker = m.ticker
  ORDER BY last_price DESC NULLS LAST, m.ticker`

/** One row: the slots of the time, and in how many of them any of the markets had a quote. */
export const counts = (names: ReadonlyArray<string>, filters: ReportFilters): string => `
  WITH ${quotes(names, filters)}
  SELECT (SELECT count(*) FROM slots) AS slots, (SELECT count(DISTINCT moment) FROM asked) AS quoted`
