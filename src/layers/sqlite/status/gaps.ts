/**
 * The newest holes of every feed: slots that follow one another and ended alike, merged by SQLite. A complete
 * walk with a reason has left one too, before the slot that it is told under.
 */
import { Effect } from "effect"
import type { Hole } from "../../../domain/gaps.ts"
import type { Database } from "../database/Database.ts"

/** Holes of a feed that are told one by one; an outage is one of them, however long. */
const HOLES_MAX = 3

interface Row extends Hole {
  readonly feed: string
  readonly holesOfFeed: number
}

export interface Holes {
  readonly holes: ReadonlyArray<Hole>
  readonly olderHoles: number
}

/** By feed, newest first. A feed without a hole is not there. */
export const newestHoles = (sql: Database["Type"]["sql"]) =>
  sql<Row>`
    WITH ended AS (
      SELECT
        feed, slot, interval, reason,
        CASE WHEN status = 'complete' AND reason IS NOT NULL THEN 'partial' ELSE status END AS status,
        row_number() OVER (PARTITION BY feed ORDER BY slot)
          - row_number() OVER (PARTITION BY feed, status, reason ORDER BY slot) AS island
      FROM collection_runs WHERE status <> 'running'
    ),
    holes AS (
      SELECT
        feed, status, reason, min(slot) AS "firstSlot", max(slot) AS "lastSlot", count(*) AS slots,
        CASE WHEN count(interval) = count(*) THEN max(interval) END AS interval
      FROM ended WHERE status <> 'complete'
      GROUP BY feed, status, reason, island
    )
    SELECT feed, status, reason, "firstSlot", "lastSlot", slots, interval, "holesOfFeed"
    FROM (
      SELECT *, row_number() OVER (PARTITION BY feed ORDER BY "lastSlot" DESC) AS nth,
        count(*) OVER (PARTITION BY feed) AS "holesOfFeed"
      FROM holes
    )
    WHERE nth <= ${HOLES_MAX}
    ORDER BY feed, nth
  `.pipe(
    Effect.map((rows) => {
      const byFeed = new Map<string, Holes>()
      for (const { feed, holesOfFeed, ...hole } of rows) {
        const holes = [...(byFeed.get(feed)?.holes ?? []), hole]
        byFeed.set(feed, { holes, olderHoles: holesOfFeed - holes.length })
      }
      return byFeed
    })
  )
