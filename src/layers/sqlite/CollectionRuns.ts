/** The record of slots in SQLite's `collection_runs`. */
import { Effect, Layer, Option } from "effect"
import { boundariesBetween, type SlotSeconds, slotSeconds, slotText } from "../../domain/time.ts"
import { CollectionRuns, type Run } from "../../services/CollectionRuns.ts"
import { Database, storage } from "./Database.ts"

interface Row {
  readonly feed: string
  readonly slot: string
  readonly interval: number | null
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly status: Run["status"]
  readonly reason: string | null
  readonly pages: number
  readonly items: number
  readonly watermark: string | null
  readonly failed_attempts: number
}

export const make = Effect.gen(function* () {
  const { sql, transaction } = yield* Database

  const newest = (feed: string, condition: "any" | "complete" | "on interval", atOrBefore?: SlotSeconds) =>
    sql<Row>`
      SELECT feed, slot, interval, started_at, finished_at, status, reason, pages, items, watermark,
        failed_attempts
      FROM collection_runs
      WHERE feed = ${feed} ${
        condition === "complete"
          ? sql`AND status = 'complete'`
          : condition === "on interval"
            ? sql`AND interval IS NOT NULL`
            : sql``
      }
      ${atOrBefore === undefined ? sql`` : sql`AND slot <= ${slotText(atOrBefore)}`}
      ORDER BY slot DESC LIMIT 1
    `.pipe(
      Effect.map(([row]) => Option.map(Option.fromNullable(row), toRun)),
      storage("reading the record of slots")
    )

  return CollectionRuns.of({
    start: ({ feed, interval, slot, startedAt }) =>
      sql`
        INSERT INTO collection_runs (feed, slot, interval, started_at, status, pages, items)
        VALUES (${feed}, ${slotText(slot)}, ${interval}, ${startedAt}, 'running', 0, 0)
      `.pipe(storage(`recording the start of ${feed}`), Effect.asVoid),

    finish: ({ failedAttempts, feed, finishedAt, items, pages, reason, slot, status, watermark }) =>
      sql`
        UPDATE collection_runs
        SET finished_at = ${finishedAt}, status = ${status}, reason = ${reason}, pages = ${pages},
          items = ${items}, failed_attempts = ${failedAttempts},
          watermark = ${watermark === null ? null : slotText(watermark)}
        WHERE feed = ${feed} AND slot = ${slotText(slot)} AND status = 'running'
      `.pipe(storage(`recording the end of ${feed}`), Effect.asVoid),

    skip: ({ feed, interval, reason, slot }) =>
      sql`
        INSERT INTO collection_runs (feed, slot, interval, status, reason, pages, items)
        VALUES (${feed}, ${slotText(slot)}, ${interval}, 'skipped', ${reason}, 0, 0)
      `.pipe(storage(`recording a skipped slot of ${feed}`), Effect.asVoid),

    miss: ({ after, before, feed, interval, reason }) => {
      const missed = boundariesBetween(after, before, interval)
      const first = (Math.floor(after / interval) + 1) * interval
      return missed === 0
        ? Effect.succeed(0)
        : sql`
            WITH RECURSIVE boundary(at) AS (
              SELECT ${first} UNION ALL SELECT at + ${interval} FROM boundary WHERE at + ${interval} < ${before}
            )
            INSERT INTO collection_runs (feed, slot, interval, status, reason, pages, items)
            SELECT ${feed}, strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch'), ${interval}, 'missed', ${reason}, 0, 0
            FROM boundary WHERE true
            ON CONFLICT (feed, slot) DO NOTHING
          `.pipe(
            // A slot that `--once` happened to take on a boundary was not missed, and is not counted.
            Effect.zipRight(sql<{ missed: number }>`SELECT changes() AS missed`),
            Effect.map(([counted]) => counted?.missed ?? 0),
            transaction,
            storage(`recording missed slots of ${feed}`)
          )
    },

    closeInterrupted: (finishedAt) =>
      sql<{ feed: string }>`
        UPDATE collection_runs
        SET status = 'failed', reason = 'interrupted', finished_at = ${finishedAt},
          pages = (
            SELECT count(*) FROM observations o
            WHERE o.feed = collection_runs.feed AND o.slot = collection_runs.slot
          )
        WHERE status = 'running'
        RETURNING feed
      `.pipe(
        Effect.map((closed) => closed.length),
        storage("closing interrupted slots")
      ),

    last: (feed) => newest(feed, "any"),
    lastComplete: (feed, atOrBefore) => newest(feed, "complete", atOrBefore),
    firstTaken: (feed, atOrBefore) =>
      sql<{ slot: string | null }>`
        SELECT min(slot) AS slot FROM collection_runs
        WHERE feed = ${feed} AND slot <= ${slotText(atOrBefore)} AND status IN ('running', 'complete', 'failed')
      `.pipe(
        Effect.map(([row]) => Option.map(Option.fromNullable(row?.slot), slotSeconds)),
        storage("reading the record of slots")
      ),
    lastOnInterval: (feed) => newest(feed, "on interval"),

    taken: (feed, slot) =>
      sql`SELECT 1 FROM collection_runs WHERE feed = ${feed} AND slot = ${slotText(slot)}`.pipe(
        Effect.map((rows) => rows.length > 0),
        storage("reading the record of slots")
      )
  })
})

const toRun = (row: Row): Run => ({
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
