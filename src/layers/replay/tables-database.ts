/**
 * The tables of a log that is still growing, in a scratch database: built by ranges up to the seq at which the log
 * ended when the work began, and then brought up to the end by the ordinary Projector.
 */
import { Effect, Layer } from "effect"
import { storedTables } from "../../domain/read/schema.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { Projector } from "../../services/Projector.ts"
import type { OnObservations } from "../../services/Replay.ts"
import * as ProjectorLive from "../projector/Projector.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import * as SqliteLog from "../sqlite/log/ObservationLog.ts"
import { honourCutoffs, readCutoffs } from "../sqlite/records/prune-cutoffs.ts"
import { build, type Workplace } from "./build.ts"
import { attachLog } from "./range-database.ts"
import { projectionsNamed } from "./worker-program.ts"

export interface TablesDatabase extends Workplace {
  /** The names of the projections whose tables are built. */
  readonly projections: ReadonlyArray<string>
}

/** The number of observations that are left to the recorder's own projector. */
const FEW = 64

/**
 * Brings the tables up to the log in rounds, each up to the seq at which the log ended when it began. The rounds end
 * when few observations are left, or when a round was not half as long as the one before: a busy machine may give so
 * little time to this process that it never reaches the end.
 */
const catchUp = (onObservations: OnObservations) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const [projector, log] = [yield* Projector, yield* ObservationLog]
    const [reached] = yield* sql<{ seq: number }>`SELECT min(seq) AS seq FROM projection_checkpoints`
    let seq = reached?.seq ?? 0
    for (let before = Number.POSITIVE_INFINITY; ; ) {
      const head = yield* log.head
      const left = head.seq - seq
      if (left <= FEW || left > before / 2) break
      before = left
      seq = (yield* projector.catchUp({ to: head.seq, onProgress: onObservations })).seq
    }
    return seq
  }).pipe(storage("bringing the rebuilt tables up to the log"))

/** Builds the database, and returns the seq up to which it has read the log. */
export const buildBeside = (task: TablesDatabase, onObservations: OnObservations) =>
  Effect.gen(function* () {
    const projections = projectionsNamed(task.projections)
    const { database } = yield* build(task, { projections }, onObservations)
    const projector = ProjectorLive.layer(projections).pipe(Layer.provideMerge(SqliteLog.layer))
    return yield* Effect.gen(function* () {
      yield* attachLog(task.log)
      const seq = yield* Effect.provide(catchUp(onObservations), projector)
      yield* Effect.flatMap(readCutoffs("live"), honourCutoffs)
      yield* countRows(storedTables(projections).map(({ name }) => name))
      return seq
    }).pipe(Effect.provideService(Database, database))
  }).pipe(Effect.scoped)

/** Writes the number of rows of each table into the table `row_counts`, for those who copy them. */
const countRows = (tables: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    yield* sql`CREATE TABLE main.row_counts (table_name TEXT PRIMARY KEY, rows INTEGER NOT NULL) STRICT`
    for (const name of tables)
      yield* sql.unsafe(`INSERT INTO main.row_counts SELECT '${name}', count(*) FROM main.${name}`)
  }).pipe(storage("counting the rebuilt rows"))
