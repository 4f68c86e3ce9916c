import type { DerivedView } from "./definition.ts"
import { TIME } from "./types.ts"

/**
 * A change is dated by the exchange. A description says what held when it was received; the first one is taken to hold
 * from ever, if the list of all changes was recorded and has no earlier one. Of a change that was announced again, the
 * newest announcement counts. Of all events, only those that ever had a fee of their own have rows.
 */
export const feePeriods: DerivedView = {
  kind: "view",
  name: "fee_periods",
  about: "from when until when which fee held for a series, or for an event in place of that of its series",
  reads: ["fee_changes", "series_history", "event_history", "collection_runs"],
  columns: {
    series_ticker: { type: "VARCHAR", about: "the series; may be NULL of an event's fee" },
    event_ticker: { type: "VARCHAR", about: "the event; NULL of the fee of a series" },
    begins: {
      type: TIME,
      about: "the first moment of the period; NULL if it began before all that is recorded"
    },
    ends: { type: TIME, about: "the first moment after the period; NULL if no end is known" },
    fee_type: { type: "VARCHAR", about: "the type of the fee; NULL of an event that has that of its series" },
    fee_multiplier: {
      type: "DOUBLE",
      about: "the factor on the usual fee; NULL of an event that has that of its series"
    },
    source: {
      type: "VARCHAR",
      about: "`change`: dated by the exchange, or `description`: first received at `begins`"
    }
  },
  sql: `
    WITH changes AS (
      SELECT * FROM fee_changes
      QUALIFY row_number() OVER (
        PARTITION BY change_id, CASE WHEN change_id IS NULL THEN (series_ticker, event_ticker, scheduled_time) END
        ORDER BY observed_at DESC
      ) = 1
    ),
    evidence AS (
      SELECT series_ticker, event_ticker, scheduled_time AS begins, fee_type, fee_multiplier, 'change' AS source, 1 AS rank
      FROM changes
      UNION ALL
      SELECT series_ticker, NULL, observed_at, fee_type, fee_multiplier, 'description', 0 FROM series_history
      UNION ALL
      SELECT series_ticker, event_ticker, observed_at, fee_type_override, fee_multiplier_override, 'description', 0
      FROM event_history
      WHERE event_ticker IN (
        SELECT event_ticker FROM event_history
        WHERE fee_type_override IS NOT NULL OR fee_multiplier_override IS NOT NULL
        UNION ALL SELECT event_ticker FROM changes WHERE event_ticker IS NOT NULL
      )
    )
    SELECT series_ticker, event_ticker,
      CASE
        WHEN source = 'description' AND row_number() OVER of_one = 1
          AND (SELECT count(*) FROM collection_runs WHERE feed = 'fees' AND status = 'complete') > 0
          THEN NULL
        ELSE begins
      END AS begins,
      lead(begins) OVER of_one AS ends, fee_type, fee_multiplier, source
    FROM evidence
    WINDOW of_one AS (PARTITION BY CASE WHEN event_ticker IS NULL THEN series_ticker END, event_ticker ORDER BY begins, rank)`
}
