/** The record of slots in SQLite's `collection_runs`. */
import { Effect, Layer, Option } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { type SlotSeconds, slotSeconds, slotText } from "../../../domain/units/time.ts"
import { CollectionRuns, type Run } from "../../../services/CollectionRuns.ts"
import { Database, storage } from "../database/Database.ts"
import { dropAnchor } from "../log/anchor.ts"
import { RUN_COLUMNS, type RunRow, sealRows } from "./run-seals.ts"

/**
 * The number of boundaries whose missed slots are recorded in one transaction. Sixty days of a five-second
 * interval have a million; in a single transaction they took 2.9 GB of memory, and kept all other writers
 * waiting. If a start is killed between two transactions, the next start records the rest.
 */
const MISSED_A_TRANSACTION = 5000

const alreadyTaken = (slot: SlotSeconds) => `the slot ${slotText(slot)} has been taken already`

export const make = Effect.gen(function* () {
  const database = yield* Database
  const { sql, transaction } = database
  const columns = sql.literal(RUN_COLUMNS)

  /**
   * Runs a statement that writes rows of `collection_runs`, and seals those rows in the same transaction, so
   * that a change made by anything else is detected.
   */
  const sealed = <E>(written: Effect.Effect<ReadonlyArray<RunRow>, E>) =>
    Effect.tap(written, (rows) => (rows.length === 0 ? Effect.void : sealRows(sql, rows))).pipe(transaction)

  const anchored = Effect.provideService(dropAnchor, Database, database)

  const newest = (feed: string, condition: "complete" | "sound" | "on interval", atOrBefore?: SlotSeconds) =>
    sql<RunRow>`
      SELECT ${columns}
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

  /**
   * Lets a new run replace a row of a slot that was missed or skipped. While this machine's clock was wrong,
   * such rows may have been written for slots that were still in the future.
   */
  const overNobodys = sql.literal(`
    ON CONFLICT (feed, slot) DO UPDATE
    SET interval = excluded.interval, started_at = excluded.started_at, status = excluded.status, reason = excluded.reason
    WHERE collection_runs.status IN ('missed', 'skipped')`)

  return CollectionRuns.of({
    start: ({ feed, interval, slot, startedAt }) =>
      sql<RunRow>`
        INSERT INTO collection_runs (feed, slot, interval, started_at, status, pages, items)
        VALUES (${feed}, ${slotText(slot)}, ${interval}, ${startedAt}, 'running', 0, 0)
        ${overNobodys} RETURNING ${columns}
      `.pipe(
        sealed,
        Effect.filterOrFail(
          (rows) => rows.length > 0,
          () => new StorageFailed({ operation: `recording the start of ${feed}`, why: alreadyTaken(slot) })
        ),
        storage(`recording the start of ${feed}`),
        Effect.asVoid
      ),

    finish: ({ failedAttempts, feed, finishedAt, items, pages, reason, slot, status, watermark }) =>
      sql<RunRow>`
        UPDATE collection_runs
        SET finished_at = ${finishedAt}, status = ${status}, reason = ${reason}, pages = ${pages},
          items = ${items}, failed_attempts = ${failedAttempts},
          watermark = ${watermark === null ? null : slotText(watermark)}
        WHERE feed = ${feed} AND slot = ${slotText(slot)} AND status = 'running'
        RETURNING ${columns}
      `.pipe(sealed, Effect.zipRight(anchored), storage(`recording the end of ${feed}`)),

    skip: ({ feed, interval, reason, slot }) =>
      sql<RunRow>`
        INSERT INTO collection_runs (feed, slot, interval, status, reason, pages, items)
        VALUES (${feed}, ${slotText(slot)}, ${interval}, 'skipped', ${reason}, 0, 0)
        ${overNobodys} RETURNING ${columns}
      `.pipe(
        sealed,
        Effect.filterOrFail(
          (rows) => rows.length > 0,
          () =>
            new StorageFailed({ operation: `recording a skipped slot of ${feed}`, why: alreadyTaken(slot) })
        ),
        storage(`recording a skipped slot of ${feed}`),
        Effect.asVoid
      ),

    miss: ({ after, before, feed, interval, reason }) => {
      const missFrom = (first: SlotSeconds, missed: number): Effect.Effect<number, StorageFailed> => {
        if (first >= before) return Effect.succeed(missed)
        const next = Math.min(before, first + MISSED_A_TRANSACTION * interval)
        return sql<RunRow>`
            WITH RECURSIVE boundary(at) AS (
              SELECT ${first} UNION ALL SELECT at + ${interval} FROM boundary WHERE at + ${interval} < ${next}
            )
            INSERT INTO collection_runs (feed, slot, interval, status, reason, pages, items)
            SELECT ${feed}, strftime('%Y-%m-%dT%H:%M:%SZ', at, 'unixepoch'), ${interval}, 'missed', ${reason}, 0, 0
            FROM boundary WHERE true
            ON CONFLICT (feed, slot) DO NOTHING
            RETURNING ${columns}
          `.pipe(
          sealed,
          storage(`recording missed slots of ${feed}`),
          // Lets fibers that wait to write run before the next transaction begins.
          Effect.zipLeft(Effect.yieldNow()),
          // A slot that `--once` happened to take on a boundary was not missed, and is not counted.
          Effect.flatMap((rows) => missFrom(first + MISSED_A_TRANSACTION * interval, missed + rows.length))
        )
      }
      return missFrom((Math.floor(after / interval) + 1) * interval, 0)
    },

    closeInterrupted: (finishedAt) =>
      sql<RunRow>`
        UPDATE collection_runs
        SET status = 'failed', reason = 'interrupted', finished_at = ${finishedAt},
          pages = (
            SELECT count(*) FROM observations o
            WHERE o.feed = collection_runs.feed AND o.slot = collection_runs.slot
          )
        WHERE status = 'running'
        RETURNING ${columns}
      `.pipe(
        sealed,
        Effect.map((closed) => closed.length),
        storage("closing interrupted slots")
      ),

    lastComplete: (feed, atOrBefore) => newest(feed, "complete", atOrBefore),
    lastSound: (feed, before) => newest(feed, "sound", before - 1),
    firstTaken: (feed, atOrBefore) =>
      sql<{ slot: string | null }>`
        SELECT min(slot) AS slot FROM collection_runs
        WHERE feed = ${feed} AND slot <= ${slotText(atOrBefore)} AND status IN ('running', 'complete', 'failed')
      `.pipe(
        Effect.map(([row]) => Option.map(Option.fromNullable(row?.slot), slotSeconds)),
        storage("reading the record of slots")
      ),
    lastOnInterval: (feed, atOrBefore) => newest(feed, "on interval", atOrBefore),

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
