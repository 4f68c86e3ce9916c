/** BackfillJobs over SQLite's `backfills`. */
import { Effect, Layer, Option, Schema } from "effect"
import { backfillKinds } from "../../../domain/ask/backfill/kinds.ts"
import { BackfillSpec } from "../../../domain/ask/backfill/plan.ts"
import { StorageFailed } from "../../../domain/errors.ts"
import { type SlotSeconds, slotSeconds, slotText } from "../../../domain/units/time.ts"
import { type AttemptOutcome, type BackfillJob, BackfillJobs } from "../../../services/BackfillJobs.ts"
import { now } from "../../clock/now.ts"
import { Database, storage } from "../database/Database.ts"
import { dropAnchor } from "../log/anchor.ts"
import * as Bracket from "./bracket.ts"

const Spec = Schema.parseJson(BackfillSpec)

/** Formats a spec. Equal specs have equal texts, in whatever order their lists were given. */
const textOf = (spec: BackfillSpec): string =>
  Schema.encodeSync(Spec)({
    ...spec,
    tickers: [...spec.tickers].sort(),
    kinds: backfillKinds.filter((kind) => spec.kinds.includes(kind))
  })

/** The identity of a request: a `--from 30d` equals a later `--from 30d`, although it means another time. */
const identityOf = ({ said, ...spec }: BackfillSpec): string =>
  [
    textOf({ ...spec, from: said?.from == null ? spec.from : null, to: said?.to == null ? spec.to : null }),
    said?.from ?? "",
    said?.to ?? ""
  ].join(" ")

/** The columns of a job. Slot and spec are text. */
const JOB_COLUMNS = 'slot, spec, status, reason, requests, requests_done AS "requestsDone", pages, items'

interface JobRow extends Omit<BackfillJob, "slot" | "spec"> {
  readonly slot: string
  readonly spec: string
}

const toJob = (row: JobRow): Effect.Effect<BackfillJob, StorageFailed> =>
  Schema.decode(Spec)(row.spec).pipe(
    Effect.mapError(
      (error) => new StorageFailed({ operation: "reading a backfill", why: error.message, cause: error })
    ),
    Effect.map((spec) => ({ ...row, slot: slotSeconds(row.slot), spec }))
  )

const first = (rows: ReadonlyArray<JobRow>) =>
  rows[0] === undefined ? Effect.succeedNone : Effect.asSome(toJob(rows[0]))

export const make = Effect.gen(function* () {
  const database = yield* Database
  const { sql, transaction } = database
  const anchored = Effect.provideService(dropAnchor, Database, database)
  const columns = sql.literal(JOB_COLUMNS)

  const find = (id: SlotSeconds) =>
    sql<JobRow>`SELECT ${columns} FROM backfills WHERE slot = ${slotText(id)}`.pipe(Effect.flatMap(first))

  /**
   * Returns a second at or after a time that no backfill and no attempt has yet: an attempt's slot is part of the
   * log's keys.
   */
  const freeSlot = (from: SlotSeconds) =>
    sql<{
      newest: string | null
    }>`SELECT max(max(slot, coalesce(attempt, ''))) AS newest FROM backfills`.pipe(
      Effect.map(([row]) => (row?.newest == null ? from : Math.max(from, slotSeconds(row.newest) + 1)))
    )

  const start = (id: SlotSeconds) =>
    Effect.gen(function* () {
      const startedAt = yield* now
      const attempt = yield* freeSlot(Math.floor(Date.parse(startedAt) / 1000))
      yield* sql`
        UPDATE backfills SET status = 'running', reason = NULL, attempt = ${slotText(attempt)},
          started_at = coalesce(started_at, ${startedAt}), finished_at = NULL
        WHERE slot = ${slotText(id)}
      `
      return attempt
    }).pipe(transaction, storage("starting a backfill"))

  const finish = (id: SlotSeconds, { reason, status }: AttemptOutcome) =>
    Effect.flatMap(
      now,
      (finishedAt) => sql`
        UPDATE backfills SET status = ${status}, reason = ${reason}, finished_at = ${finishedAt}
        WHERE slot = ${slotText(id)}
      `
    ).pipe(storage("recording the end of a backfill"), Effect.zipRight(anchored))

  return BackfillJobs.of({
    request: (spec, at) =>
      Effect.gen(function* () {
        const incomplete = yield* sql<JobRow>`
          SELECT ${columns} FROM backfills WHERE status <> 'complete' ORDER BY slot
        `.pipe(Effect.flatMap(Effect.forEach(toJob)))
        const open = incomplete.find((job) => identityOf(job.spec) === identityOf(spec))
        const id = open === undefined ? yield* freeSlot(at) : open.slot
        if (open === undefined)
          yield* sql`INSERT INTO backfills (slot, spec, status) VALUES (${slotText(id)}, ${textOf(spec)}, 'waiting')`
        else if (open.status === "failed")
          yield* sql`UPDATE backfills SET status = 'waiting', reason = NULL WHERE slot = ${slotText(id)}`
        return yield* Effect.map(find(id), Option.getOrThrow)
      }).pipe(transaction, storage("asking for a backfill")),

    get: (id) => find(id).pipe(storage("reading a backfill")),

    next: sql<JobRow>`SELECT ${columns} FROM backfills WHERE status = 'waiting' ORDER BY coalesce(attempt, slot) LIMIT 1`.pipe(
      Effect.flatMap(first),
      storage("reading the backfills")
    ),

    recover: Effect.gen(function* () {
      const left = yield* sql`SELECT 1 FROM backfills WHERE status = 'running'`
      yield* sql`UPDATE backfills SET status = 'waiting' WHERE status = 'running'`
      return left.length
    }).pipe(transaction, storage("recovering the backfills")),

    bracket: (id, work, outcomeOf) =>
      Bracket.bracket({ start: start(id), work, outcomeOf, finish: (outcome) => finish(id, outcome) }),

    progress: (id, { items, pages, requests, requestsDone }) =>
      sql`
        UPDATE backfills SET requests = ${requests}, requests_done = ${requestsDone}, pages = ${pages},
          items = ${items}
        WHERE slot = ${slotText(id)}
      `.pipe(storage("recording the progress of a backfill"), Effect.zipRight(anchored))
  })
})

export const layer = Layer.effect(BackfillJobs, make)
