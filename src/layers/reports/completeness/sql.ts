/** The SQL of the report `completeness`: three counts of the same contracts, market by market. */
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { isOfPopulation, isWithin } from "../population.ts"

/** The seconds by which a listing of the exchange may be behind its trades. */
const STALE_SECONDS = 15

/**
 * Compares, for each market, the rise of the exchange's own counter of contracts between its first and its last quote
 * with the recorded trades between them. A counter that falls is a correction by the exchange, and its residue shows it.
 */
const counters = (filters: ReportFilters): string => `
  WITH quoted AS (
    SELECT ticker, min(observed_at) AS first, max(observed_at) AS last,
      arg_min(volume, observed_at) AS first_volume, arg_max(volume, observed_at) AS last_volume
    FROM price_snapshots WHERE volume IS NOT NULL AND ${isWithin("observed_at", filters)} GROUP BY ticker
  ),
  selected AS (
    SELECT q.*, m.category, q.last_volume - q.first_volume AS counted,
      ${filters.minVolume === undefined ? "true" : `q.last_volume >= ${filters.minVolume}`} AS is_busy
    FROM quoted q LEFT JOIN markets m ON m.ticker = q.ticker WHERE ${isOfPopulation(filters)}
  ),
  summed AS (
    SELECT s.ticker, coalesce(sum(t.count), 0) AS traded, count(t.trade_id) AS trades,
      coalesce(sum(t.count) FILTER (t.created_time > s.last - INTERVAL ${STALE_SECONDS} SECOND), 0) AS late,
      coalesce(sum(t.count) FILTER (t.created_time <= s.first), 0) AS early
    FROM selected s LEFT JOIN trades t ON t.ticker = s.ticker
      AND t.created_time > s.first - INTERVAL ${STALE_SECONDS} SECOND AND t.created_time <= s.last
    GROUP BY s.ticker
  ),
  missed AS (
    SELECT slot FROM collection_runs WHERE feed = 'trades' AND status NOT IN ('complete', 'running')
  ),
  begun AS (SELECT min(created_time) AS first FROM trades),
  compared AS MATERIALIZED (
    SELECT s.ticker, s.category, s.first, s.last, s.counted, c.traded - c.early AS traded, c.trades,
      s.counted - (c.traded - c.early) AS residue,
      CASE
        WHEN NOT s.is_busy THEN 'fewer contracts than --min-volume'
        WHEN s.first = s.last THEN 'only one quote'
      END AS excluded,
      CASE
        WHEN s.counted = c.traded - c.early THEN 'equal'
        WHEN s.counted - (c.traded - c.early) BETWEEN -c.late AND c.early THEN 'within the age of the listing'
        WHEN begun.first IS NULL OR s.first < begun.first THEN 'trades are recorded from a later time'
        WHEN EXISTS (SELECT 1 FROM missed WHERE slot BETWEEN s.first AND s.last + INTERVAL 1 DAY) THEN 'a gap of the feed trades'
        ELSE 'unexplained'
      END AS cause
    FROM selected s JOIN summed c USING (ticker), begun
  )`

/**
 * Rows of two kinds, with the columns of their kind: markets and contracts by the cause of the residue, and the markets
 * with the largest residues. One statement reads the quotes and the trades once. `excluded` names the reason of markets
 * that are not compared.
 */
export const residues = (filters: ReportFilters, most: number): string => `
  ${counters(filters)}
  FROM (
    SELECT 'cause' AS kind, excluded, CASE WHEN excluded IS NULL THEN cause END AS cause, count(*) AS markets,
      sum(counted)::DOUBLE AS counted, sum(traded)::DOUBLE AS traded, sum(residue)::DOUBLE AS residue,
      sum(abs(residue))::DOUBLE AS absolute
    FROM compared GROUP BY ALL
    UNION ALL BY NAME (
      SELECT 'market' AS kind, ticker, category, first AS first_quote, last AS last_quote, counted, traded, trades,
        residue, cause
      FROM compared WHERE excluded IS NULL AND residue <> 0 ORDER BY abs(residue) DESC, ticker LIMIT ${most}
    )
  )
  ORDER BY kind, excluded NULLS FIRST, absolute, CASE kind WHEN 'market' THEN -abs(residue) END,
    CASE kind WHEN 'market' THEN ticker ELSE cause END`

/**
 * Compares the volume of candles with the recorded trades of the same time. A candle counts the trades after its start
 * up to its end. The candles are those that lie between the first and the last complete slot of `trades`, and the
 * trades are those from the first such candle of a market to its last one, since a period without trades may have no
 * candle.
 */
export const candles = (filters: ReportFilters): string => `
  WITH recorded AS (
    SELECT min(slot) AS first, max(slot) AS last FROM collection_runs WHERE feed = 'trades' AND status = 'complete'
  ),
  periods AS (
    SELECT c.ticker, c.period_minutes, min(c.end_time - to_minutes(c.period_minutes)) AS first, max(c.end_time) AS last,
      sum(c.volume) AS volume
    FROM candlesticks c LEFT JOIN markets m ON m.ticker = c.ticker, recorded
    WHERE ${isWithin("c.end_time", filters)} AND ${isOfPopulation(filters)} AND c.volume IS NOT NULL
      AND c.end_time - to_minutes(c.period_minutes) >= recorded.first AND c.end_time <= recorded.last
    GROUP BY 1, 2
  ),
  compared AS (
    SELECT p.ticker, p.period_minutes, p.volume, coalesce(sum(t.count), 0) AS traded
    FROM periods p LEFT JOIN trades t ON t.ticker = p.ticker AND t.created_time > p.first AND t.created_time <= p.last
    GROUP BY ALL
  )
  SELECT period_minutes, count(*) AS markets, count(*) FILTER (volume = traded) AS equal,
    sum(volume)::DOUBLE AS candle_contracts, sum(traded)::DOUBLE AS trade_contracts, sum(volume - traded)::DOUBLE AS residue,
    sum(abs(volume - traded))::DOUBLE AS absolute
  FROM compared GROUP BY 1 ORDER BY 1`

/** Recorded trades whose market has no description or no quote, which joins would drop. */
export const strays = (filters: ReportFilters): string => `
  SELECT count(*) AS trades, count(*) FILTER (m.ticker IS NULL) AS undescribed, count(*) FILTER (q.ticker IS NULL) AS unquoted
  FROM trades t LEFT JOIN markets m ON m.ticker = t.ticker
    LEFT JOIN (SELECT DISTINCT ticker FROM price_snapshots) q ON q.ticker = t.ticker
  WHERE ${isWithin("t.created_time", filters)}`
