import type { DerivedView } from "./definition.ts"
import { quoteColumns } from "./quotes.ts"
import { TIME } from "./types.ts"

/**
 * A horizon before the close as it was scheduled needs no knowledge of later: the market stood so long before the close
 * that it had announced at that moment. If the close was moved later, there may be several such moments, and the first
 * is taken, which nobody had to wait for. A horizon before the actual close is known afterwards only.
 *
 * The quote is that of the newest complete slot whose run had ended by then, so it is found by equality, and DuckDB
 * reads only the parts of the lake with these slots.
 */
export const pricesBeforeClose: DerivedView = {
  kind: "view",
  name: "prices_before_close",
  about:
    "one quote of each market 1 h, 6 h, 1 d, 7 d and 30 d before its close, scheduled or actual; without combos",
  reads: ["price_snapshots", "markets", "market_history", "collection_runs", "quotes"],
  columns: {
    ticker: { type: "VARCHAR", about: "the market" },
    horizon: { type: "VARCHAR", about: "`1h`, `6h`, `1d`, `7d` or `30d`" },
    basis: {
      type: "VARCHAR",
      about:
        "`scheduled`: before the close as described at that time; `actual`: before trading really ended, which is known afterwards only"
    },
    close_time: { type: TIME, about: "the close from which the horizon counts back" },
    target_time: {
      type: TIME,
      about: "the close less the horizon: the quote was received by then"
    },
    ...quoteColumns,
    age: {
      type: "INTERVAL",
      about: "from the receipt of the quote to the target time; NULL without a quote"
    },
    reason: {
      type: "VARCHAR",
      about:
        "why there is no probability: `gap` (no complete slot in the hour before, or in two intervals if that is longer), `not_open` (the slot does not list the market), `empty` (both sides are), `not_sent`; NULL if there is one"
    }
  },
  sql: `
    WITH horizons(horizon, before) AS (
      VALUES ('1h', INTERVAL 1 HOUR), ('6h', INTERVAL 6 HOUR), ('1d', INTERVAL 24 HOUR),
        ('7d', INTERVAL 168 HOUR), ('30d', INTERVAL 720 HOUR)
    ),
    runs AS (
      SELECT slot, finished_at, to_seconds(greatest(3600, 2 * "interval")) AS reach
      FROM collection_runs WHERE feed = 'markets' AND status = 'complete'
    ),
    versions AS (
      SELECT ticker, close_time, observed_at AS known_from,
        lead(observed_at) OVER (PARTITION BY ticker ORDER BY seq) AS known_to
      FROM market_history WHERE mve_collection_ticker IS NULL
    ),
    scheduled AS (
      SELECT v.ticker, h.horizon, arg_min(v.close_time, v.close_time - h.before) AS close_time,
        min(v.close_time - h.before) AS target_time
      FROM versions v CROSS JOIN horizons h
      WHERE v.close_time - h.before >= v.known_from
        AND (v.known_to IS NULL OR v.close_time - h.before < v.known_to)
      GROUP BY v.ticker, h.horizon
    ),
    targets AS (
      SELECT ticker, horizon, 'scheduled' AS basis, close_time, target_time FROM scheduled
      WHERE target_time <= (SELECT max(finished_at) FROM collection_runs WHERE feed = 'markets')
      UNION ALL
      SELECT e.ticker, h.horizon, 'actual', e.ended_at, e.ended_at - h.before
      FROM markets e CROSS JOIN horizons h WHERE e.ended_at IS NOT NULL AND e.mve_collection_ticker IS NULL
    ),
    asked AS (
      SELECT t.*, CASE WHEN t.target_time - r.slot <= r.reach THEN r.slot END AS slot
      FROM targets t ASOF LEFT JOIN runs r ON t.target_time >= r.finished_at
    )
    SELECT a.ticker, a.horizon, a.basis, a.close_time, a.target_time,
      q.snapshot_time, q.observed_at, q.yes_bid, q.yes_ask, q.probability, q.midpoint, q.last_price, q.volume,
      q.open_interest, a.target_time - q.observed_at AS age,
      CASE
        WHEN q.probability IS NOT NULL THEN NULL
        WHEN a.slot IS NULL THEN 'gap'
        WHEN q.snapshot_time IS NULL THEN 'not_open'
        WHEN q.sides = 'none' THEN 'empty'
        ELSE 'not_sent'
      END AS reason
    FROM asked a LEFT JOIN quotes q ON q.ticker = a.ticker AND q.snapshot_time = a.slot`
}
