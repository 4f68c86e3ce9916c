/** The statements of the calibration report: a price for each market and horizon, or the reason why there is none. */
import type { CalibrationOptions } from "../../../domain/reports/calibration/options.ts"
import { isOfPopulation, isWithin } from "../population.ts"
import { daysBefore, lastTrades, PUT_OFF_DAYS_MAX, quotes, reason } from "./prices-sql.ts"

/** All markets that the filters select, with what decides whether and how they are scored. */
const population = ({ filters }: CalibrationOptions): string => `
  population AS (
    SELECT m.ticker, m.event_ticker, m.category, m.open_time, m.close_time,
      CASE
        WHEN e.mutually_exclusive THEN 1
        WHEN m.strike_type IN ('greater', 'greater_or_equal') THEN 2
        WHEN m.strike_type IN ('less', 'less_or_equal') THEN 3
        ELSE 0 END AS relation,
      CASE
        WHEN s.result IS NULL OR s.result NOT IN ('yes', 'no', 'scalar') THEN ${reason("unsettled")}
        WHEN s.result = 'scalar' OR (s.yes_payout > 0 AND s.yes_payout < 100) THEN ${reason("scalar")}
        END AS unscored,
      s.result = 'yes' AS won
    FROM markets m
    LEFT JOIN settlements s ON s.ticker = m.ticker
    LEFT JOIN events e ON e.event_ticker = m.event_ticker
    WHERE ${isOfPopulation(filters)} AND ${isWithin("m.close_time", filters)}
  )`

const horizonList = ({ horizons }: CalibrationOptions): string =>
  `horizons(horizon) AS (VALUES ${horizons.map((seconds) => `(${seconds})`).join(", ")})`

/**
 * The first moment that was its horizon before the close that was known then. A version of the terms is known from
 * the time at which it was observed until a later one, by seq, was: the clock may have been set back between them.
 */
const SCHEDULED = `
  versions AS (
    SELECT h.ticker, h.seq, h.close_time, h.observed_at AS known_from,
      min(h.observed_at) OVER (
        PARTITION BY h.ticker ORDER BY h.seq ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
      ) AS known_until
    FROM market_history h SEMI JOIN scored s ON s.ticker = h.ticker
    WHERE h.close_time IS NOT NULL
  ), announced AS (
    SELECT ticker, horizon,
      min(moment) FILTER (moment >= known_from AND (known_until IS NULL OR moment < known_until)) AS moment,
      arg_min(moment, seq) < min(known_from) AS was_before
    FROM (
      SELECT ticker, horizon, seq, known_from, known_until, close_time - to_seconds(horizon) AS moment
      FROM versions CROSS JOIN horizons
    )
    GROUP BY ticker, horizon
  ), asked AS (
    SELECT s.*, h.horizon, a.moment,
      CASE
        WHEN a.moment IS NOT NULL THEN NULL
        WHEN a.was_before OR a.ticker IS NULL THEN ${reason("not_yet_known")}
        ELSE ${reason("brought_forward")} END AS unasked
    FROM scored s CROSS JOIN horizons h
    LEFT JOIN announced a ON a.ticker = s.ticker AND a.horizon = h.horizon
  )`

const ACTUAL = `
  asked AS (
    SELECT s.*, h.horizon, s.close_time - to_seconds(h.horizon) AS moment, NULL::VARCHAR AS unasked
    FROM scored s CROSS JOIN horizons h
  )`

const putOff = ({ filters: { from } }: CalibrationOptions): string =>
  from === undefined
    ? ""
    : `WHEN moment < ${daysBefore(from, PUT_OFF_DAYS_MAX)} - to_seconds(horizon) THEN ${reason("put_off")}`

/** The feed that brings the prices. */
export const feedOf = ({ price }: CalibrationOptions): "markets" | "trades" =>
  price === "last" ? "trades" : "markets"

const lowVolume = ({ filters: { minVolume } }: CalibrationOptions): string =>
  minVolume === undefined ? "false" : `volume IS NULL OR volume < ${minVolume}`

/**
 * The columns of an answer. Of a price: the reason NULL, the horizon, the event, the relation, the category, the
 * year, the volume, the lower and the upper price, whether YES won. Of markets without: the reason, the horizon, and
 * the count. The order is that of the values, because outcomes are drawn for the rows one after the other: with rows in
 * any order, the same data would have other bands each time.
 */
export const sampleSql = (options: CalibrationOptions): string => `
WITH ${population(options)}, ${horizonList(options)},
  scored AS (FROM population WHERE unscored IS NULL), ${options.before === "scheduled" ? SCHEDULED : ACTUAL},
  moments AS (
    SELECT *, CASE
      WHEN unasked IS NOT NULL THEN unasked
      ${putOff(options)}
      WHEN moment < open_time THEN ${reason("not_yet_open")}
      WHEN moment >= close_time THEN ${reason("closed")}
      END AS undue
    FROM asked
  ), due AS (FROM moments WHERE undue IS NULL), ${options.price === "last" ? lastTrades(options) : quotes(options)},
  prices AS (
    SELECT *, CASE
      WHEN unpriced IS NOT NULL THEN unpriced
      WHEN ${lowVolume(options)} THEN ${reason("low_volume")}
      END AS reason
    FROM answered
  ), counted AS (
    SELECT unscored AS reason, horizon FROM population CROSS JOIN horizons WHERE unscored IS NOT NULL
    UNION ALL SELECT undue, horizon FROM moments WHERE undue IS NOT NULL
    UNION ALL SELECT reason, horizon FROM prices WHERE reason IS NOT NULL
  ), span AS (SELECT min(moment) AS first, max(moment) AS last FROM due)
SELECT NULL AS reason, horizon, event_ticker, relation, category,
  year(close_time AT TIME ZONE 'UTC') AS year, volume::DOUBLE AS volume,
  low::DOUBLE AS low, high::DOUBLE AS high, won, 1 AS count
FROM prices WHERE reason IS NULL
UNION ALL
SELECT reason, horizon, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, count(*)
FROM counted GROUP BY reason, horizon
UNION ALL
SELECT 'slots ' || CASE WHEN status = 'complete' THEN 'complete' ELSE 'incomplete' END, 0,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, count(*)
FROM collection_runs, span
WHERE feed = '${feedOf(options)}' AND slot BETWEEN first AND last AND status <> 'running' GROUP BY ALL
ORDER BY ALL`

/** Counts the markets that the filters select, by themselves. */
export const marketsSql = ({ filters }: CalibrationOptions): string =>
  `SELECT count(*) FROM markets m WHERE ${isOfPopulation(filters)} AND ${isWithin("m.close_time", filters)}`
