import type { DerivedView } from "./definition.ts"
import { TIME } from "./types.ts"

/**
 * Every slot that was due has a row of `collection_runs`, unless the clock could not be trusted for so long that
 * nobody knows what was due. Between two neighbouring rows of a feed, the longer interval says which slots lack one.
 */
export const missingSlots: DerivedView = {
  kind: "view",
  name: "missing_slots",
  about: "every due slot of each feed that is not complete, and why",
  reads: ["collection_runs"],
  columns: {
    feed: { type: "VARCHAR", about: "the feed" },
    slot: { type: TIME, about: "when it was due" },
    status: {
      type: "VARCHAR",
      about:
        "`failed`, `skipped`, `missed`, `running` (not ended), or `unrecorded`: a slot between two others that has no row"
    },
    reason: { type: "VARCHAR", about: "why, in words; NULL of a slot that is running" }
  },
  sql: `
    WITH neighbours AS (
      SELECT feed, slot, lead(slot) OVER feed_slots AS next_slot,
        greatest("interval", lead("interval") OVER feed_slots) AS seconds
      FROM collection_runs WHERE "interval" IS NOT NULL
      WINDOW feed_slots AS (PARTITION BY feed ORDER BY slot)
    ),
    gaps AS (
      SELECT feed, unnest(generate_series(1, (epoch(next_slot - slot) / seconds)::BIGINT - 1)) AS nth, slot, seconds
      FROM neighbours WHERE epoch(next_slot - slot) >= 2 * seconds
    )
    SELECT feed, slot, status, reason FROM collection_runs WHERE status <> 'complete'
    UNION ALL
    SELECT feed, slot + to_seconds(nth * seconds), 'unrecorded',
      'no row says how it ended: the clock was not trusted, or records were lost' FROM gaps`
}
