/** The extent of the log: its archived rows and its hot rows together. */
import { Effect, Option } from "effect"
import type { StatusReport } from "../../../services/Status.ts"
import type { Database } from "../database/Database.ts"
import * as ArchivedRows from "../log/archived-rows.ts"

export const logExtent = (sql: Database["Type"]["sql"]) =>
  Effect.gen(function* () {
    const archived = yield* ArchivedRows.make(sql)
    const oldest = yield* archived.segmentWith(1)
    const newest = yield* archived.newest
    const archivedTo = Option.match(newest, { onNone: () => 0, onSome: ({ last_seq }) => last_seq })
    // Rows of a segment may still be hot, and are counted once.
    const [hot] = yield* sql<{ observations: number; first: string | null; last: string | null }>`
      SELECT
        (SELECT count(*) FROM observations WHERE seq > ${archivedTo}) AS observations,
        (SELECT observed_at FROM observations ORDER BY seq LIMIT 1) AS first,
        (SELECT observed_at FROM observations ORDER BY seq DESC LIMIT 1) AS last
    `
    return {
      observations: archivedTo + (hot?.observations ?? 0),
      firstObservedAt: Option.match(oldest, {
        onNone: () => hot?.first ?? null,
        onSome: ({ first_observed_at }) => first_observed_at
      }),
      lastObservedAt:
        hot?.last ?? Option.getOrNull(Option.map(newest, ({ last_observed_at }) => last_observed_at))
    } satisfies StatusReport["log"]
  })
