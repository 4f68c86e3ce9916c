/** The SQL of the report `history`, over one market and a range of time. */
import { quotedString as literal } from "@duckdb/node-api"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { isWithin } from "../population.ts"

/** The number of points of a plot, about its width on a page in pixels. Quotes that share a point are summed up. */
const POINTS = 720

/** The largest number of rows of the table beside the plot. */
const ROWS_MAX = 48

/** Lengths of time, in seconds, that rows of the table may have. */
const STEPS = [60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 604800, 2592000, 7776000]

/**
 * The quotes of the market, and the slots without one. A slot in which the market had no quote was not recorded, or
 * the market was not open then; either interrupts the line.
 */
const quotes = (ticker: string, filters: ReportFilters): string => `
  quotes AS MATERIALIZED (
    SELECT snapshot_time AS moment, yes_bid AS bid, yes_ask AS ask FROM price_snapshots
    WHERE ticker = ${literal(ticker)} AND ${isWithin("snapshot_time", filters)}
  ),
  extent AS (SELECT min(moment) AS first, max(moment) AS last, count(*) AS quotes FROM quotes),
  slots AS (
    SELECT slot AS moment FROM collection_runs, extent
    WHERE feed = 'markets' AND slot BETWEEN first AND last
  ),
  timeline AS MATERIALIZED (
    SELECT coalesce(q.moment, s.moment) AS moment, bid, ask, q.moment IS NOT NULL AS quoted,
      bid IS NOT NULL AND ask IS NOT NULL AND (bid > 0 OR ask < 100) AS priced
    FROM quotes q FULL JOIN slots s ON s.moment = q.moment
  )`

const trades = (ticker: string, filters: ReportFilters): string => `
  traded AS MATERIALIZED (
    SELECT created_time AS moment, yes_price, count AS contracts, taker_side, trade_id FROM trades
    WHERE ticker = ${literal(ticker)} AND ${isWithin("created_time", filters)}
  )`

/** Points of the plot: the last quote of each part of the time, and the lowest bid and the highest ask in it. */
const PRICE_POINTS = `
  SELECT 'price point' AS kind, epoch_ms(max(moment)) AS moment,
    arg_max((bid + ask) / 2, moment) FILTER (priced) AS price,
    min(bid) FILTER (priced) AS low, max(ask) FILTER (priced) AS high
  FROM (
    SELECT timeline.*, floor(${POINTS} * (epoch_ms(moment) - epoch_ms(first)) / (1 + epoch_ms(last) - epoch_ms(first))) AS part
    FROM timeline, extent
  ) GROUP BY part`

/** One row about the whole range: its first and last quote, and how many slots had none. */
const EXTENT = `
  SELECT 'extent' AS kind, count(*) AS slots, count(*) FILTER (quoted) AS quotes,
    count(*) FILTER (quoted AND NOT priced) AS empty,
    count(*) FILTER (priced AND (bid = 0 OR ask = 100)) AS one_sided,
    min(moment) FILTER (priced) AS first, max(moment) FILTER (priced) AS last,
    arg_min((bid + ask) / 2, moment) FILTER (priced) AS first_price,
    arg_max((bid + ask) / 2, moment) FILTER (priced) AS last_price,
    min((bid + ask) / 2) FILTER (priced) AS lowest, max((bid + ask) / 2) FILTER (priced) AS highest,
    avg(ask - bid) FILTER (priced AND bid > 0 AND ask < 100) AS spread
  FROM timeline`

/**
 * The candles of the market, of the shortest length that there is, for a time of which no quote is recorded. A candle
 * ends with a bid and an ask; an empty side is as in quotes.
 */
export const candlePoints = (ticker: string, filters: ReportFilters): string => `
  WITH candles AS (
    SELECT end_time AS moment, period_minutes, yes_bid_close AS bid, yes_ask_close AS ask, yes_bid_low AS low, yes_ask_high AS high,
      bid > 0 OR ask < 100 AS priced
    FROM candlesticks WHERE ticker = ${literal(ticker)} AND ${isWithin("end_time", filters)}
  ),
  shortest AS (FROM candles WHERE period_minutes = (SELECT min(period_minutes) FROM candles)),
  extent AS (SELECT min(moment) AS first, max(moment) AS last FROM shortest),
  parts AS (
    SELECT shortest.*, floor(${POINTS} * (epoch_ms(moment) - epoch_ms(first)) / (1 + epoch_ms(last) - epoch_ms(first))) AS part
    FROM shortest, extent
  )
  SELECT epoch_ms(max(moment)) AS moment, arg_max((bid + ask) / 2, moment) FILTER (priced) AS price,
    min(low) FILTER (priced) AS low, max(high) FILTER (priced) AS high, any_value(period_minutes) AS minutes
  FROM parts GROUP BY part ORDER BY 1`

/** Trades of each part of the time: the price of their contracts on average, and the lowest and the highest price. */
const TRADE_POINTS = `
  SELECT 'trade point' AS kind, epoch_ms(max(moment)) AS moment,
    sum(yes_price * contracts)::DOUBLE / sum(contracts)::DOUBLE AS price,
    min(yes_price) AS low, max(yes_price) AS high
  FROM (
    SELECT traded.*, floor(${POINTS / 4} * (epoch_ms(moment) - epoch_ms(first)) / (1 + epoch_ms(last) - epoch_ms(first))) AS part
    FROM traded, (SELECT min(moment) AS first, max(moment) AS last FROM traded)
  ) WHERE contracts > 0 GROUP BY part`

/** Rows of the table: the quotes and trades of round times. A step is chosen so that at most ${ROWS_MAX} rows result. */
const PERIODS = `
  SELECT 'period' AS kind, to_timestamp(coalesce(q.starts, t.starts)) AS starts, yes_bid, yes_ask, lowest_bid, highest_ask,
    coalesce(quotes, 0) AS quotes, last_trade, coalesce(trades, 0) AS trades, coalesce(contracts, 0) AS contracts,
    coalesce(taker_yes_contracts, 0) AS taker_yes_contracts, coalesce(taker_no_contracts, 0) AS taker_no_contracts, seconds
  FROM (
    SELECT seconds * floor(epoch(moment) / seconds) AS starts, arg_max(bid, moment) AS yes_bid, arg_max(ask, moment) AS yes_ask,
      min(bid) FILTER (priced) AS lowest_bid, max(ask) FILTER (priced) AS highest_ask, count(*) FILTER (quoted) AS quotes
    FROM timeline, step GROUP BY 1
  ) q FULL JOIN (
    SELECT seconds * floor(epoch(moment) / seconds) AS starts, arg_max(yes_price, (moment, trade_id)) AS last_trade,
      count(*) AS trades, sum(contracts) AS contracts,
      sum(contracts) FILTER (taker_side = 'yes') AS taker_yes_contracts,
      sum(contracts) FILTER (taker_side = 'no') AS taker_no_contracts
    FROM traded, step GROUP BY 1
  ) t ON q.starts = t.starts, step`

/**
 * The points, the extent and the periods, each row with its kind and the columns of that kind. One statement reads the
 * quotes and the trades once.
 */
export const activity = (ticker: string, filters: ReportFilters): string => `
  WITH ${quotes(ticker, filters)}, ${trades(ticker, filters)},
  step AS (
    SELECT coalesce(min(seconds) FILTER (seconds * ${ROWS_MAX} >= span), max(seconds)) AS seconds
    FROM (SELECT unnest([${STEPS.join(", ")}]) AS seconds),
      (
        SELECT epoch(max(moment)) - epoch(min(moment)) AS span
        FROM (SELECT moment FROM quotes UNION ALL SELECT moment FROM traded)
      )
  )
  FROM (${[PRICE_POINTS, EXTENT, TRADE_POINTS, PERIODS].join(" UNION ALL BY NAME ")})
  ORDER BY moment, starts`

/** The market with its payout. Each table is compared with the ticker itself, so that only its rows are read. */
export const market = (ticker: string): string => `
  SELECT m.*, s.yes_payout, s.settled_at
  FROM markets m
  LEFT JOIN (SELECT * FROM settlements WHERE ticker = ${literal(ticker)}) s ON s.ticker = m.ticker
  WHERE m.ticker = ${literal(ticker)}`

/** Columns of a description that change without a change of what is traded. */
const UNIMPORTANT = ["ticker", "observed_at", "seq", "updated_time", "exchange_index"]

/** The changes of the market's description, each with the time from which it was known. The first is no change. */
export const termChanges = (ticker: string, filters: ReportFilters): string => `
  WITH versions AS (
    SELECT observed_at, seq, COLUMNS(* EXCLUDE (${UNIMPORTANT.join(", ")}))::VARCHAR
    FROM market_history WHERE ticker = ${literal(ticker)}
  ),
  fields AS (
    SELECT * FROM versions UNPIVOT INCLUDE NULLS (value FOR field IN (COLUMNS(* EXCLUDE (observed_at, seq))))
  ),
  changes AS (
    SELECT observed_at, seq, field, lag(value) OVER earlier AS before, value AS after,
      row_number() OVER earlier AS version
    FROM fields WINDOW earlier AS (PARTITION BY field ORDER BY seq)
  )
  SELECT observed_at, field, before, after FROM changes
  WHERE version > 1 AND before IS DISTINCT FROM after AND ${isWithin("observed_at", filters)}
  ORDER BY seq, field`

/** The time before the last recorded slot in which prices are compared, in days. */
const LIVELY_DAYS = 7
/** The least number of two-sided quotes, without which a chart has no line. */
export const QUOTES_MIN = 2

/** The market whose price moved most of late, for a report that names none. */
export const liveliest = `
  SELECT ticker FROM price_snapshots
  WHERE yes_bid > 0 AND yes_ask < 100
    AND snapshot_time > (SELECT max(slot) FROM collection_runs WHERE feed = 'markets') - INTERVAL ${LIVELY_DAYS} DAY
  GROUP BY ticker HAVING count(*) >= ${QUOTES_MIN}
  ORDER BY count(DISTINCT yes_bid) DESC, count(*) DESC, ticker LIMIT 1`
