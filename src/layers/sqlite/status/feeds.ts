/** How the slots of each feed have ended. */
import { Effect } from "effect"
import type { FeedStatus } from "../../../services/Status.ts"
import type { Database } from "../database/Database.ts"
import { newestGaps } from "./gaps.ts"

type Row = Omit<FeedStatus, "gaps" | "olderGaps" | "newestWarning">

const rowsIn = (sql: Database["Type"]["sql"]) =>
  sql<Row>`
    SELECT
      feed, slot AS "lastSlot", status AS "lastStatus", reason AS "lastReason", items AS "lastItems", interval,
      (SELECT max(slot) FROM collection_runs c WHERE c.feed = r.feed AND c.status = 'complete') AS "lastCompleteSlot",
      (SELECT count(*) FROM collection_runs c WHERE c.feed = r.feed AND c.status = 'complete') AS complete,
      (
        SELECT count(*) FROM collection_runs c
        WHERE c.feed = r.feed AND c.status = 'complete' AND c.reason IS NOT NULL
      ) AS partial,
      (SELECT count(*) FROM collection_runs c WHERE c.feed = r.feed AND c.status = 'failed') AS failed,
      (SELECT count(*) FROM collection_runs c WHERE c.feed = r.feed AND c.status = 'skipped') AS skipped,
      (SELECT count(*) FROM collection_runs c WHERE c.feed = r.feed AND c.status = 'missed') AS missed
    FROM collection_runs r
    WHERE slot = (SELECT max(slot) FROM collection_runs n WHERE n.feed = r.feed)
    ORDER BY feed
  `

/** The newest complete slot with a warning of each feed that has one. */
const warningsIn = (sql: Database["Type"]["sql"]) =>
  sql<{ feed: string; slot: string; reason: string }>`
    SELECT feed, max(slot) AS slot, reason FROM collection_runs
    WHERE status = 'complete' AND reason IS NOT NULL GROUP BY feed
  `.pipe(Effect.map((rows) => new Map(rows.map(({ feed, ...warning }) => [feed, warning]))))

export const feedsIn = (sql: Database["Type"]["sql"]) =>
  Effect.gen(function* () {
    const rows = yield* rowsIn(sql)
    const warnings = yield* warningsIn(sql)
    const gaps = yield* newestGaps(sql)
    return rows.map(
      (row): FeedStatus => ({
        ...row,
        newestWarning: warnings.get(row.feed) ?? null,
        ...(gaps.get(row.feed) ?? { gaps: [], olderGaps: 0 })
      })
    )
  })
