/** The record of backfills in SQLite's `backfills`. */
import { Effect, Layer, Option, Schema } from "effect"
import { backfillKinds } from "../../../domain/ask/backfill/kinds.ts"
import type { BackfillSpec } from "../../../domain/ask/backfill/plan.ts"
import { StorageFailed } from "../../../domain/errors.ts"
import { slotSeconds, slotText } from "../../../domain/units/time.ts"
import { type BackfillJob, Backfills } from "../../../services/Backfills.ts"
import { Database, storage } from "../database/Database.ts"
import { dropAnchor } from "../log/anchor.ts"

const Spec = Schema.parseJson(
  Schema.Struct({
    series: Schema.NullOr(Schema.String),
    event: Schema.NullOr(Schema.String),
    tickers: Schema.Array(Schema.String),
    from: Schema.NullOr(Schema.Number),
    to: Schema.NullOr(Schema.Number),
    kinds: Schema.Array(Schema.Literal(...backfillKinds)),
    period: Schema.Literal(1, 60, 1440),
    said: Schema.optionalWith(
      Schema.Struct({ from: Schema.NullOr(Schema.String), to: Schema.NullOr(Schema.String) }),
      { exact: true }
    )
  })
)

/** The same backfill in the same text, whatever order its words were given in. */
const textOf = ({ event, from, kinds, period, said, series, tickers, to }: BackfillSpec): string =>
  Schema.encodeSync(Spec)({
    series,
    event,
    tickers: [...tickers].sort(),
    from,
    to,
    kinds: backfillKinds.filter((kind) => kinds.includes(kind)),
    period,
    ...(said === undefined ? {} : { said })
  })

/** What makes two the same: an age in the same words is, although it means another time by now. */
const nameOf = ({ said, ...spec }: BackfillSpec): string =>
  [
    textOf({ ...spec, from: said?.from == null ? spec.from : null, to: said?.to == null ? spec.to : null }),
    said?.from ?? "",
    said?.to ?? ""
  ].join(" ")

interface Row {
  readonly slot: string
  readonly spec: string
  readonly status: BackfillJob["status"]
  readonly reason: string | null
  readonly requests: number
  readonly requests_done: number
  readonly pages: number
  readonly items: number
}

const toJob = (row: Row): Effect.Effect<BackfillJob, StorageFailed> =>
  Schema.decode(Spec)(row.spec).pipe(
    Effect.mapError((error) => new StorageFailed({ operation: "reading a backfill", why: error.message })),
    Effect.map((spec) => ({
      slot: slotSeconds(row.slot),
      spec,
      status: row.status,
      reason: row.reason,
      requests: row.requests,
      requestsDone: row.requests_done,
      pages: row.pages,
      items: row.items
    }))
  )

const first = (rows: ReadonlyArray<Row>) =>
  rows[0] === undefined ? Effect.succeedNone : Effect.asSome(toJob(rows[0]))

export const make = Effect.gen(function* () {
  const database = yield* Database
  const { sql, transaction } = database
  const anchored = Effect.provideService(dropAnchor, Database, database)
  const columns = sql.literal("slot, spec, status, reason, requests, requests_done, pages, items")

  const find = (slot: number) =>
    sql<Row>`SELECT ${columns} FROM backfills WHERE slot = ${slotText(slot)}`.pipe(Effect.flatMap(first))

  /** A slot is a name, and an attempt's slot is part of the keys of the log: none is given twice. */
  const freeSlot = (from: number) =>
    sql<{
      newest: string | null
    }>`SELECT max(max(slot, coalesce(attempt, ''))) AS newest FROM backfills`.pipe(
      Effect.map(([row]) => (row?.newest == null ? from : Math.max(from, slotSeconds(row.newest) + 1)))
    )

  return Backfills.of({
    ask: (spec, at) =>
      Effect.gen(function* () {
        const incomplete = yield* sql<Row>`
          SELECT ${columns} FROM backfills WHERE status <> 'complete' ORDER BY slot
        `.pipe(Effect.flatMap(Effect.forEach(toJob)))
        const open = incomplete.find((job) => nameOf(job.spec) === nameOf(spec))
        const slot = open === undefined ? yield* freeSlot(at) : open.slot
        if (open === undefined)
          yield* sql`INSERT INTO backfills (slot, spec, status) VALUES (${slotText(slot)}, ${textOf(spec)}, 'waiting')`
        else if (open.status === "failed")
          yield* sql`UPDATE backfills SET status = 'waiting', reason = NULL WHERE slot = ${slotText(slot)}`
        return yield* Effect.map(find(slot), Option.getOrThrow)
      }).pipe(transaction, storage("asking for a backfill")),

    get: (slot) => find(slot).pipe(storage("reading a backfill")),

    next: sql<Row>`SELECT ${columns} FROM backfills WHERE status = 'waiting' ORDER BY coalesce(attempt, slot) LIMIT 1`.pipe(
      Effect.flatMap(first),
      storage("reading the backfills")
    ),

    recover: Effect.gen(function* () {
      const left = yield* sql`SELECT 1 FROM backfills WHERE status = 'running'`
      yield* sql`UPDATE backfills SET status = 'waiting' WHERE status = 'running'`
      return left.length
    }).pipe(transaction, storage("recovering the backfills")),

    start: (slot, startedAt) =>
      Effect.gen(function* () {
        const attempt = yield* freeSlot(Math.floor(Date.parse(startedAt) / 1000))
        yield* sql`
          UPDATE backfills SET status = 'running', reason = NULL, attempt = ${slotText(attempt)},
            started_at = coalesce(started_at, ${startedAt}), finished_at = NULL
          WHERE slot = ${slotText(slot)}
        `
        return attempt
      }).pipe(transaction, storage("starting a backfill")),

    progress: (slot, { items, pages, requests, requestsDone }) =>
      sql`
        UPDATE backfills SET requests = ${requests}, requests_done = ${requestsDone}, pages = ${pages},
          items = ${items}
        WHERE slot = ${slotText(slot)}
      `.pipe(storage("recording the progress of a backfill"), Effect.zipRight(anchored)),

    finish: (slot, { finishedAt, reason, status }) =>
      sql`
        UPDATE backfills SET status = ${status}, reason = ${reason}, finished_at = ${finishedAt}
        WHERE slot = ${slotText(slot)}
      `.pipe(storage("recording the end of a backfill"), Effect.zipRight(anchored))
  })
})

export const layer = Layer.effect(Backfills, make)
