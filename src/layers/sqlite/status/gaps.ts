/**
 * The newest gaps of each feed: neighbouring slots that ended alike, merged by SQLite. A complete slot with a
 * warning counts as a gap, too, because something is missing from what it lists.
 */
import { Effect } from "effect"
import type { Gap } from "../../../domain/gaps.ts"
import type { Database } from "../database/Database.ts"

/** The number of gaps of a feed that are listed one by one. An outage is one gap, however long it is. */
const GAPS_MAX = 3

interface Row extends Gap {
  readonly feed: string
  readonly gapsOfFeed: number
}

export interface Gaps {
  readonly gaps: ReadonlyArray<Gap>
  readonly olderGaps: number
}

/** The gaps by feed, newest first. A feed without a gap is not in the map. */
export const newestGaps = (sql: Database["Type"]["sql"]) =>
  sql<Row>`
    WITH ended AS (
      SELECT
        feed, slot, interval, reason,
        CASE WHEN status = 'complete' AND reason IS NOT NULL THEN 'partial' ELSE status END AS status,
        row_number() OVER (PARTITION BY feed ORDER BY slot)
          - row_number() OVER (PARTITION BY feed, status, reason ORDER BY slot) AS island
      FROM collection_runs WHERE status <> 'running'
    ),
    gaps AS (
      SELECT
        feed, status, reason, min(slot) AS "firstSlot", max(slot) AS "lastSlot", count(*) AS slots,
        CASE WHEN count(interval) = count(*) THEN max(interval) END AS interval
      FROM ended WHERE status <> 'complete'
      GROUP BY feed, status, reason, island
    )
    SELECT feed, status, reason, "firstSlot", "lastSlot", slots, interval, "gapsOfFeed"
    FROM (
      SELECT *, row_number() OVER (PARTITION BY feed ORDER BY "lastSlot" DESC) AS nth,
        count(*) OVER (PARTITION BY feed) AS "gapsOfFeed"
      FROM gaps
    )
    WHERE nth <= ${GAPS_MAX}
    ORDER BY feed, nth
  `.pipe(
    Effect.map((rows) => {
      const byFeed = new Map<string, Gaps>()
      for (const { feed, gapsOfFeed, ...gap } of rows) {
        const gaps = [...(byFeed.get(feed)?.gaps ?? []), gap]
        byFeed.set(feed, { gaps, olderGaps: gapsOfFeed - gaps.length })
      }
      return byFeed
    })
  )
