/** Tables as they were at an earlier time, in a folder of their own that is read like a data directory. */
import { mkdir, readdir, rename } from "node:fs/promises"
import { join, resolve } from "node:path"
import { Effect, Option, Stream } from "effect"
import { StorageFailed, WrongUsage } from "../../domain/errors.ts"
import type { Projection } from "../../domain/read/projection.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import type { OnObservations, Until } from "../../services/Replay.ts"
import { databasePath } from "../files/data-dir.ts"
import { whyOf } from "../files/error-words.ts"
import { removeLeftovers, workFolder } from "../files/work-folder.ts"
import * as SqliteDatabase from "../sqlite/database/Database.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { migrate } from "../sqlite/database/migrations.ts"
import { snapshotOf } from "../sqlite/database/Snapshot.ts"
import { markReconstruction } from "../sqlite/records/reconstruction.ts"
import { build } from "./build.ts"
import { readDigests } from "./digest.ts"
import { swap } from "./swap.ts"

const io = <A>(operation: string, call: () => Promise<A>): Effect.Effect<A, StorageFailed> =>
  Effect.tryPromise({
    try: call,
    catch: (error) => new StorageFailed({ operation, why: whyOf(error), cause: error })
  })

/** Makes the folder, or accepts one that is empty but for what a killed program has left. */
const emptyFolder = (output: string) =>
  Effect.gen(function* () {
    yield* io(`making ${output}`, () => mkdir(output, { recursive: true }))
    yield* removeLeftovers(output)
    const names = yield* io(`reading ${output}`, () => readdir(output))
    if (names.length > 0)
      return yield* new WrongUsage({ why: `--output ${output}: the folder is not empty; name a new one` })
  })

/**
 * Finds the last observation before the first one that came after `time`. Observations are logged in the order of
 * their arrival, except where the clock of the machine was set back; what came after the time is never taken.
 */
const lastUpTo = (time: string) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const log = yield* ObservationLog
    // A segment cannot be skipped by its last time alone if the clock was set back at its end: one more is read.
    const [start] = yield* sql<{ seq: number | null }>`
      SELECT max(first_seq) AS seq FROM archive_segments WHERE first_seq < coalesce(
        (SELECT min(first_seq) FROM archive_segments WHERE last_observed_at > ${time}),
        (SELECT max(last_seq) + 1 FROM archive_segments))
    `
    return yield* log.entries({ from: start?.seq ?? 1 }).pipe(
      Stream.takeWhile(({ observedAt }) => observedAt <= time),
      Stream.runLast
    )
  }).pipe(storage("reading the log"))

/** Finds the last observation of the tables. */
const lastObservation = (until: Until) =>
  Effect.gen(function* () {
    if ("time" in until) {
      const last = yield* lastUpTo(until.time)
      return yield* Option.match(last, {
        onNone: () => new WrongUsage({ why: `--until ${until.time}: nothing had been observed by then` }),
        onSome: Effect.succeed
      })
    }
    const log = yield* ObservationLog
    const entry = yield* Stream.runHead(log.entries({ from: until.seq, to: until.seq }))
    const { seq: head } = yield* log.head
    return yield* Option.match(entry, {
      onNone: () =>
        new WrongUsage({ why: `--until ${until.seq}: the log has observations from 1 to ${head}` }),
      onSome: Effect.succeed
    })
  })

/**
 * Copies the records that say which slots had been recorded by then. A run that had not ended is left out. The
 * database of the recording is attached as `recording`.
 */
const copyRecords = (observedAt: string) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    yield* sql`INSERT INTO main.exchange SELECT * FROM recording.exchange WHERE first_recorded_at <= ${observedAt}`
    yield* sql`
      INSERT INTO main.collection_runs
      SELECT * FROM recording.collection_runs WHERE coalesce(finished_at, slot) <= ${observedAt} AND status <> 'running'
    `
    yield* sql`INSERT INTO main.clock_jumps SELECT * FROM recording.clock_jumps WHERE noticed_at <= ${observedAt}`
  }).pipe(storage("copying the records"))

export interface ReconstructionOptions {
  /** The database that holds the log, by the name that `locate` gives it. */
  readonly log: string
  readonly projections: ReadonlyArray<Projection>
  readonly workers?: number | undefined
}

/** Makes the tables of an earlier time in the folder `output`, which then has a `kalshi.db` of them. */
export const reconstruct = (
  { log, projections, workers }: ReconstructionOptions,
  until: Until,
  output: string,
  onObservations: OnObservations
) =>
  Effect.gen(function* () {
    const { observedAt, seq } = yield* lastObservation(until)
    const place = resolve(output)
    yield* emptyFolder(place)
    const folder = yield* workFolder("rebuild", place)
    const path = join(folder, "kalshi.db")
    yield* Effect.gen(function* () {
      const { sql } = yield* Database
      yield* migrate
      yield* sql`ATTACH ${log} AS recording`.pipe(storage("reading the records"))
      yield* copyRecords(observedAt)
      yield* markReconstruction({ seq, observedAt })
    }).pipe(Effect.provide(SqliteDatabase.layer(path, "writer")))
    const rebuilt = yield* Effect.gen(function* () {
      const {
        database,
        observations,
        path: built
      } = yield* build({ folder, log }, { projections, workers, upTo: seq }, onObservations)
      return yield* Effect.gen(function* () {
        const { sql } = yield* Database
        const tables = yield* Effect.scoped(Effect.flatMap(snapshotOf(built), readDigests(projections)))
        yield* sql`ATTACH ${path} AS live`.pipe(storage("opening the new tables"))
        yield* swap(projections, [])
        return { observations, tables }
      }).pipe(Effect.provideService(Database, database))
    }).pipe(Effect.scoped)
    yield* io(`making ${databasePath(place)}`, () => rename(path, databasePath(place)))
    return { ...rebuilt, seq, observedAt }
  }).pipe(Effect.scoped)
