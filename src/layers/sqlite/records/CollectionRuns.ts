/** The record of runs in SQLite's `collection_runs`. */
import { Effect, Layer, Option } from "effect"
import { type SlotSeconds, slotSeconds, slotText } from "../../../domain/units/time.ts"
import { CollectionRuns, type Run } from "../../../services/CollectionRuns.ts"
import { Database, storage } from "../database/Database.ts"
import * as RunLife from "./run-life.ts"
import { RUN_COLUMNS, type RunRow } from "./run-seals.ts"

export const make = Effect.gen(function* () {
  const { sql } = yield* Database
  const { bracket, closeInterrupted, miss, skip } = yield* RunLife.make

  const newest = (feed: string, condition: "complete" | "sound" | "on interval", atOrBefore?: SlotSeconds) =>
    sql<RunRow>`
      SELECT ${sql.literal(RUN_COLUMNS)}
      FROM collection_runs
      WHERE feed = ${feed}
        AND ${condition === "on interval" ? sql`interval IS NOT NULL` : sql`status = 'complete'`}
        ${condition === "sound" ? sql`AND coalesce(reason, '') NOT LIKE 'warning:%'` : sql``}
      ${atOrBefore === undefined ? sql`` : sql`AND slot <= ${slotText(atOrBefore)}`}
      ORDER BY slot DESC LIMIT 1
    `.pipe(
      Effect.map(([row]) => Option.map(Option.fromNullable(row), toRun)),
      storage("reading the record of slots")
    )

  return CollectionRuns.of({
    bracket,
    skip,
    miss,
    closeInterrupted,
    lastComplete: (feed, atOrBefore) => newest(feed, "complete", atOrBefore),
    lastSound: (feed, before) => newest(feed, "sound", before - 1),
    lastOnInterval: (feed, atOrBefore) => newest(feed, "on interval", atOrBefore),

    firstTaken: (feed, atOrBefore) =>
      sql<{ slot: string | null }>`
        SELECT min(slot) AS slot FROM collection_runs
        WHERE feed = ${feed} AND slot <= ${slotText(atOrBefore)} AND status IN ('running', 'complete', 'failed')
      `.pipe(
        Effect.map(([row]) => Option.map(Option.fromNullable(row?.slot), slotSeconds)),
        storage("reading the record of slots")
      ),

    taken: (feed, slot) =>
      sql`
        SELECT 1 FROM collection_runs
        WHERE feed = ${feed} AND slot = ${slotText(slot)} AND status NOT IN ('missed', 'skipped')
      `.pipe(
        Effect.map((rows) => rows.length > 0),
        storage("reading the record of slots")
      )
  })
})

const toRun = (row: RunRow): Run => ({
  feed: row.feed,
  slot: slotSeconds(row.slot),
  interval: row.interval,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  status: row.status,
  reason: row.reason,
  pages: row.pages,
  items: row.items,
  watermark: row.watermark === null ? null : slotSeconds(row.watermark),
  failedAttempts: row.failed_attempts
})

export const layer = Layer.effect(CollectionRuns, make)
