/** The prices of the calibration report: the newest quote or trade of each market by its moment. */
import type { CalibrationOptions } from "../../../domain/reports/calibration/options.ts"
import type { Reason } from "../../../domain/reports/calibration/sample.ts"
import { epochMicros, isoMicros } from "../../../domain/units/time.ts"

/** The number of days by which a close may be put off after the moment of a price, if the report has a beginning. */
export const PUT_OFF_DAYS_MAX = 30

const MICROS_OF_DAY = 86_400_000_000

export const reason = (name: Reason): string => `'${name}'`

/** Returns the literal of a time some days before another. */
export const daysBefore = (time: string, days: number): string =>
  `TIMESTAMPTZ '${isoMicros(epochMicros(time) - days * MICROS_OF_DAY)}'`

/**
 * Conditions on slots that hold for all quotes that can be needed. They compare with constants, so that files and rows
 * of other times are not read. The slot of a quote may begin up to a day before the quote is received.
 */
const slotsWithin = ({ filters: { from, to }, horizons, maxAgeSeconds }: CalibrationOptions): string => {
  const until = to === undefined ? "true" : `p.snapshot_time <= ${daysBefore(to, 0)}`
  if (from === undefined || maxAgeSeconds === undefined) return until
  const days = Math.ceil((Math.max(...horizons) + maxAgeSeconds) / 86_400) + PUT_OFF_DAYS_MAX + 1
  return `${until} AND p.snapshot_time >= ${daysBefore(from, days)}`
}

const ageOf = ({ maxAgeSeconds }: CalibrationOptions): string =>
  maxAgeSeconds === undefined ? "INTERVAL 1000 YEAR" : `to_seconds(${maxAgeSeconds})`

const MID = "(q.quote.bid + q.quote.ask) / 2 AS low, (q.quote.bid + q.quote.ask) / 2 AS high"
const BID_ASK = "q.quote.bid AS low, q.quote.ask AS high"

/**
 * For each moment, when the newest of the slots that were complete by then was begun, and when the last slot was due. The
 * newest is not always the one that ended last: a slow run may end after the one that follows it, or together with it.
 */
const SLOTS_BEFORE = `
  timeline AS (
    SELECT DISTINCT moment AS instant, moment, NULL::TIMESTAMPTZ AS recorded, NULL::TIMESTAMPTZ AS due FROM due
    UNION ALL
    SELECT finished_at, NULL, started_at, NULL FROM collection_runs WHERE feed = 'markets' AND status = 'complete'
    UNION ALL
    SELECT slot, NULL, NULL, slot FROM collection_runs WHERE feed = 'markets'
  ), slots_before AS (
    SELECT moment, max(recorded) OVER by_then AS recorded, max(due) OVER by_then AS due
    FROM timeline WINDOW by_then AS (ORDER BY instant RANGE UNBOUNDED PRECEDING)
    QUALIFY moment IS NOT NULL
  )`

/** The newest quote that had been received by the moment. */
export const quotes = (options: CalibrationOptions): string => {
  const { maxAgeSeconds } = options
  const recent =
    maxAgeSeconds === undefined ? "" : `AND p.observed_at > d.moment - to_seconds(${maxAgeSeconds})`
  return `
  quotes AS (
    SELECT d.ticker, d.horizon,
      arg_max({'bid': p.yes_bid, 'ask': p.yes_ask, 'volume': p.volume}, p.observed_at) AS quote
    FROM price_snapshots p JOIN due d
      ON p.ticker = d.ticker AND p.observed_at <= d.moment ${recent}
    WHERE ${slotsWithin(options)}
    GROUP BY d.ticker, d.horizon
  ), ${SLOTS_BEFORE}, answered AS (
    SELECT d.*, q.quote.volume AS volume, ${options.price === "mid" ? MID : BID_ASK},
      CASE
        WHEN q.quote IS NULL AND b.recorded > d.moment - ${ageOf(options)} THEN ${reason("not_listed")}
        WHEN q.quote IS NULL AND b.due > d.moment - ${ageOf(options)} THEN ${reason("gap")}
        WHEN q.quote IS NULL AND b.recorded IS NOT NULL THEN ${reason("too_old")}
        WHEN q.quote IS NULL THEN ${reason("none")}
        WHEN q.quote.bid IS NULL OR q.quote.ask IS NULL THEN ${reason("unreadable")}
        WHEN q.quote.bid <= 0 AND q.quote.ask >= 100 THEN ${reason("empty")}
        END AS unpriced
    FROM due d
    LEFT JOIN quotes q ON q.ticker = d.ticker AND q.horizon = d.horizon
    LEFT JOIN slots_before b ON b.moment = d.moment
  )`
}

/** The last trade by the moment. Of those at the same time, the one with the greatest id is the last. */
export const lastTrades = (options: CalibrationOptions): string => `
  last_trades AS (
    SELECT d.ticker, d.horizon,
      max({'at': t.created_time, 'id': t.trade_id, 'price': t.yes_price}) AS trade,
      sum(t.count) AS volume
    FROM trades t JOIN due d ON t.ticker = d.ticker AND t.created_time <= d.moment
    GROUP BY d.ticker, d.horizon
  ), answered AS (
    SELECT d.*, l.volume AS volume, l.trade.price AS low, l.trade.price AS high,
      CASE
        WHEN l.trade IS NULL THEN ${reason("none")}
        WHEN l.trade.at <= d.moment - ${ageOf(options)} THEN ${reason("too_old")}
        WHEN l.trade.price IS NULL THEN ${reason("unreadable")}
        END AS unpriced
    FROM due d LEFT JOIN last_trades l ON l.ticker = d.ticker AND l.horizon = d.horizon
  )`
