/**
 * Replay over SQLite. The log is cut into ranges, the ordinary Projector builds the tables of each range in a
 * database of its own, and these are merged in the order of the ranges. The tables are then compared with the live
 * ones, or put in their place.
 */
import { join } from "node:path"
import { Array as Arr, Effect, ExecutionStrategy, Exit, Fiber, Layer, Scope } from "effect"
import { StorageFailed, TablesDiffer } from "../../domain/errors.ts"
import type { Projection } from "../../domain/read/projection.ts"
import { type OnObservations, Replay, type TableDigest } from "../../services/Replay.ts"
import { firstOf } from "../effects/first-of.ts"
import { workFolder, workParent } from "../files/work-folder.ts"
import * as SqliteDatabase from "../sqlite/database/Database.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { locate } from "../sqlite/database/locate.ts"
import { snapshotOf } from "../sqlite/database/Snapshot.ts"
import { honourCutoffs, readCutoffs } from "../sqlite/records/prune-cutoffs.ts"
import { readDigests } from "./digest.ts"
import { mergeAll } from "./merge.ts"
import { rangesUpTo } from "./range.ts"
import { buildRange } from "./range-database.ts"
import { stateIn } from "./state.ts"
import { swap } from "./swap.ts"
import { buildByWorkers } from "./workers.ts"

export interface ReplayOptions {
  readonly dataDir: string
  /** More than one worker builds the tables of all projections, whichever these are. */
  readonly projections: ReadonlyArray<Projection>
  /**
   * The folder of the scratch databases. By default it is in the data directory, or among the temporary files
   * if the data directory is read-only.
   */
  readonly scratch?: string | undefined
  /** The number of ranges that are replayed at the same time. The default depends on the log and the machine. */
  readonly workers?: number | undefined
}

interface Workplace {
  readonly folder: string
  /** The database that holds the log, by the name that `locate` gives it. */
  readonly log: string
}

export const make = ({ dataDir, projections, scratch, workers }: ReplayOptions): Replay["Type"] => {
  /** Finds the log, and makes an empty folder for the databases of the ranges. */
  const prepare = Effect.gen(function* () {
    const folder = yield* workFolder("rebuild", scratch ?? (yield* workParent(dataDir)))
    const log = yield* locate(dataDir).pipe(
      Effect.catchTag(
        "NoDatabase",
        ({ message }) => new StorageFailed({ operation: "reading the log", why: message })
      )
    )
    return { folder, log }
  })

  /** Builds the databases of the ranges, merges them into the first one, and opens that. */
  const build = ({ folder, log }: Workplace, onObservations: OnObservations, upTo?: number) =>
    Effect.gen(function* () {
      const ranges = yield* Effect.flatMap(SqliteDatabase.make(log, "reader"), (database) =>
        Effect.provideService(rangesUpTo(upTo, workers), Database, database)
      ).pipe(Effect.scoped)
      const [first, ...others] = Arr.map(ranges, (range, place) => ({
        range,
        log,
        path: join(folder, `range-${place + 1}.db`)
      }))
      const observations = yield* others.length === 0
        ? buildRange(first, projections, onObservations)
        : buildByWorkers([first, ...others], onObservations)
      const database = yield* SqliteDatabase.make(first.path, "scratch")
      if (others.length > 0)
        yield* mergeAll(
          projections,
          others.map(({ path }) => path)
        ).pipe(Effect.zipRight(reportQuarantine), Effect.provideService(Database, database))
      return { database, observations, path: first.path }
    })

  const rebuild: Replay["Type"]["rebuild"] = (onObservations, { restorePruned = false } = {}) =>
    Effect.gen(function* () {
      const workplace = yield* prepare
      const { database, observations, path } = yield* build(workplace, onObservations)
      return yield* Effect.gen(function* () {
        yield* attachLive(workplace.log)
        const cutoffs = restorePruned ? [] : yield* readCutoffs("live")
        yield* honourCutoffs(cutoffs)
        const tables = yield* Effect.scoped(Effect.flatMap(snapshotOf(path), readDigests(projections)))
        yield* swap(projections, cutoffs)
        return { observations, tables }
      }).pipe(Effect.provideService(Database, database))
    }).pipe(Effect.scoped, Effect.withSpan("Replay.rebuild"))

  const verify: Replay["Type"]["verify"] = (onObservations) =>
    Effect.gen(function* () {
      const workplace = yield* prepare
      const reading = yield* Effect.flatMap(Effect.scope, (scope) =>
        Scope.fork(scope, ExecutionStrategy.sequential)
      )
      // All of it is of one moment: a collector may be writing meanwhile.
      const live = yield* Effect.flatMap(
        Scope.extend(snapshotOf(workplace.log), reading),
        stateIn(projections)
      )
      // The snapshot is closed as soon as it has answered: a collector's journal grows for as long as it is open.
      const digested = yield* Effect.forkScoped(Effect.zipLeft(live.digests, Scope.close(reading, Exit.void)))
      const { database, observations, path } = yield* firstOf(
        build(workplace, onObservations, live.checkpoint),
        Effect.zipRight(Fiber.join(digested), Effect.never)
      )
      const before = yield* Fiber.join(digested)
      yield* Effect.provideService(honourCutoffs(live.cutoffs), Database, database)
      const rebuilt = yield* Effect.flatMap(snapshotOf(path), stateIn(projections))
      const tables = yield* rebuilt.digests
      const differing = [
        ...tables.filter(differsFrom(before)).map(({ table }) => table),
        ...(rebuilt.quarantine === live.quarantine ? [] : ["quarantine"])
      ]
      if (differing.length > 0) return yield* new TablesDiffer({ tables: differing })
      return { observations, tables }
    }).pipe(Effect.scoped, Effect.withSpan("Replay.verify"))

  return { rebuild, verify }
}

/** Logs one warning for all ranges; workers log nothing. */
const reportQuarantine = Effect.gen(function* () {
  const { sql } = yield* Database
  const [first] = yield* sql<{ count: number; error: string }>`
    SELECT count(*) OVER () AS count, error FROM quarantine ORDER BY seq, projection, item LIMIT 1
  `
  if (first === undefined) return
  const { count, error } = first
  yield* Effect.logWarning(
    `${count === 1 ? "a part of an answer is" : `${count} parts of answers are`} not as expected, and the table quarantine has a row of ${count === 1 ? "it" : "each"}. ${count === 1 ? "It is" : "The first is"} ${error}`
  )
}).pipe(storage("reading the quarantine"))

const attachLive = (log: string) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    yield* sql`ATTACH ${log} AS live`
    yield* sql`PRAGMA live.synchronous = FULL`
  }).pipe(storage("opening the live tables"))

const differsFrom = (others: ReadonlyArray<TableDigest>) => (mine: TableDigest) =>
  !others.some(({ sha256, table }) => table === mine.table && sha256 === mine.sha256)

export const layer = (options: ReplayOptions) => Layer.succeed(Replay, make(options))
