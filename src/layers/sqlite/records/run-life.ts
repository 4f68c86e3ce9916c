/**
 * The life of a run in `collection_runs`: it starts and ends, or its slot is skipped or missed. All rows of the
 * table are written here. Each is sealed in the transaction that writes it, so that a change made by anything
 * else is detected.
 */
import { Effect } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { type SlotSeconds, slotSeconds, slotText } from "../../../domain/units/time.ts"
import type { CollectionRuns, RunKey, RunOutcome } from "../../../services/CollectionRuns.ts"
import { now } from "../../clock/now.ts"
import { Database, storage } from "../database/Database.ts"
import { dropAnchor } from "../log/anchor.ts"
import * as ArchivedKeys from "../log/archived-keys.ts"
import * as ArchivedRows from "../log/archived-rows.ts"
import * as Bracket from "./bracket.ts"
import { RUN_COLUMNS, type RunRow, sealRows } from "./run-seals.ts"

/**
 * The number of boundaries whose missed slots are recorded in one transaction. Sixty days of a five-second
 * interval have a million; in a single transaction they took 2.9 GB of memory, and kept all other writers
 * waiting. If a start is killed between two transactions, the next start records the rest.
 */
const MISSED_A_TRANSACTION = 5000

export const make = Effect.gen(function* () {
  const database = yield* Database
  const { sql, transaction } = database
  const columns = sql.literal(RUN_COLUMNS)
  const anchored = Effect.provideService(dropAnchor, Database, database)

  const sealed = <E>(written: Effect.Effect<ReadonlyArray<RunRow>, E>) =>
    Effect.tap(written, (rows) => (rows.length === 0 ? Effect.void : sealRows(sql, rows))).pipe(transaction)

  /**
   * Inserts the row of a slot. It replaces a row that says that the slot was missed or skipped: while this
   * machine's clock was wrong, such rows may have been written for slots that were still in the future. Fails
   * if the slot was taken.
   */
  const insert = (
    { feed, slot }: RunKey,
    row: Pick<RunRow, "interval" | "started_at" | "status" | "reason">,
    operation: string
  ) =>
    sql<RunRow>`
      INSERT INTO collection_runs (feed, slot, interval, started_at, status, reason, pages, items)
      VALUES (${feed}, ${slotText(slot)}, ${row.interval}, ${row.started_at}, ${row.status}, ${row.reason}, 0, 0)
      ON CONFLICT (feed, slot) DO UPDATE
      SET interval = excluded.interval, started_at = excluded.started_at, status = excluded.status,
        reason = excluded.reason
      WHERE collection_runs.status IN ('missed', 'skipped')
      RETURNING ${columns}
    `.pipe(
      sealed,
      Effect.filterOrFail(
        (rows) => rows.length > 0,
        () => new StorageFailed({ operation, why: `the slot ${slotText(slot)} has been taken already` })
      ),
      storage(operation),
      Effect.asVoid
    )

  const start = (run: RunKey & { readonly interval: number | null; readonly startedAt: string }) =>
    insert(
      run,
      { interval: run.interval, started_at: run.startedAt, status: "running", reason: null },
      `recording the start of ${run.feed}`
    )

  const finish = (run: RunKey & RunOutcome & { readonly finishedAt: string }) =>
    sql<RunRow>`
      UPDATE collection_runs
      SET finished_at = ${run.finishedAt}, status = ${run.status}, reason = ${run.reason}, pages = ${run.pages},
        items = ${run.items}, failed_attempts = ${run.failedAttempts},
        watermark = ${run.watermark === null ? null : slotText(run.watermark)}
      WHERE feed = ${run.feed} AND slot = ${slotText(run.slot)} AND status = 'running'
      RETURNING ${columns}
    `.pipe(sealed, Effect.zipRight(anchored), storage(`recording the end of ${run.feed}`))

  const bracket: CollectionRuns["Type"]["bracket"] = ({ interval, ...key }, work, outcomeOf) =>
    Bracket.bracket({
      start: Effect.flatMap(now, (startedAt) => start({ ...key, interval, startedAt })),
      work: () => work,
      outcomeOf,
      finish: (outcome) => Effect.flatMap(now, (finishedAt) => finish({ ...key, ...outcome, finishedAt }))
    })

  const skip: CollectionRuns["Type"]["skip"] = ({ feed, interval, reason, slot }) =>
    insert(
      { feed, slot },
      { interval, started_at: null, status: "skipped", reason },
      `recording a skipped slot of ${feed}`
    )

  const miss: CollectionRuns["Type"]["miss"] = ({ after, before, feed, interval, reason }) => {
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
  }

  /** Counts the answers that the archive has of a run. An archive that cannot be searched does not stop the start. */
  const archivedPages = ({ feed, slot }: { readonly feed: string; readonly slot: string }) =>
    Effect.gen(function* () {
      const archived = yield* ArchivedRows.make(sql)
      const seqs = yield* ArchivedKeys.make(archived).seqsIn(feed, slotSeconds(slot))
      return seqs.length
    }).pipe(
      Effect.catchAll((error) =>
        Effect.as(
          Effect.logWarning(`${error.message} The pages of ${feed} ${slot} are counted without the archive.`),
          0
        )
      )
    )

  const closeInterrupted: CollectionRuns["Type"]["closeInterrupted"] = (finishedAt) =>
    Effect.gen(function* () {
      const open = yield* sql<{ feed: string; slot: string }>`
        SELECT feed, slot FROM collection_runs WHERE status = 'running'
      `
      const inArchive = yield* Effect.forEach(open, (run) =>
        Effect.map(archivedPages(run), (pages) => ({ ...run, pages }))
      )
      const closed = yield* Effect.forEach(
        inArchive,
        ({ feed, pages, slot }) =>
          // Rows of a segment may still be hot, and are counted once.
          sql<RunRow>`
          UPDATE collection_runs
          SET status = 'failed', reason = 'interrupted', finished_at = ${finishedAt},
            pages = ${pages} + (
              SELECT count(*) FROM observations o
              WHERE o.feed = collection_runs.feed AND o.slot = collection_runs.slot
                AND o.seq > (SELECT coalesce(max(last_seq), 0) FROM archive_segments)
            )
          WHERE feed = ${feed} AND slot = ${slot} AND status = 'running'
          RETURNING ${columns}
        `
      ).pipe(
        Effect.map((rows) => rows.flat()),
        sealed
      )
      return closed.length
    }).pipe(storage("closing interrupted slots"))

  return { start, finish, bracket, skip, miss, closeInterrupted }
})
