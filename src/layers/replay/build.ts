/** Builds the tables of a log in a scratch database: by ranges, which are merged in their order. */
import { join } from "node:path"
import { Array as Arr, Effect } from "effect"
import type { Projection } from "../../domain/read/projection.ts"
import type { OnObservations } from "../../services/Replay.ts"
import * as SqliteDatabase from "../sqlite/database/Database.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { mergeAll } from "./merge.ts"
import { rangesUpTo } from "./range.ts"
import { buildRange } from "./range-database.ts"
import { buildByWorkers } from "./workers.ts"

/** The log, and the place of the databases that are made of it. */
export interface Workplace {
  readonly folder: string
  /** The database that holds the log, by the name that `locate` gives it. */
  readonly log: string
}

export interface BuildOptions {
  /** Workers know the projections of this version, by their names. */
  readonly projections: ReadonlyArray<Projection>
  /** The number of ranges that are replayed at the same time. The default depends on the log and the machine. */
  readonly workers?: number | undefined
  /** The last seq that is read. By default the whole log is read. */
  readonly upTo?: number | undefined
}

/** Returns the path of the database that holds the result. */
export const builtPath = ({ folder }: Pick<Workplace, "folder">): string => rangePath(folder, 0)

const rangePath = (folder: string, place: number): string => join(folder, `range-${place + 1}.db`)

/**
 * Builds the databases of the ranges, merges them into the first one, and opens that. The database is open for as
 * long as the scope.
 */
export const build = (
  { folder, log }: Workplace,
  { projections, upTo, workers }: BuildOptions,
  onObservations: OnObservations
) =>
  Effect.gen(function* () {
    const ranges = yield* Effect.flatMap(SqliteDatabase.make(log, "reader"), (database) =>
      Effect.provideService(rangesUpTo(upTo, workers), Database, database)
    ).pipe(Effect.scoped)
    const names = projections.map(({ name }) => name)
    const [first, ...others] = Arr.map(ranges, (range, place) => ({
      range,
      log,
      projections: names,
      path: rangePath(folder, place)
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
