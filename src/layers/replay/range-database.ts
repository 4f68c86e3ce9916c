/** The tables of a range of the log, in a database of their own: the ordinary Projector over those observations. */
import { Effect, Layer } from "effect"
import type { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import type { Projection } from "../../domain/read/projection.ts"
import { Projector } from "../../services/Projector.ts"
import type { OnObservations } from "../../services/Replay.ts"
import { noCarryOver } from "../projector/carry-over.ts"
import * as ProjectorLive from "../projector/Projector.ts"
import * as SqliteDatabase from "../sqlite/database/Database.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { migrateScratch } from "../sqlite/database/migrations.ts"
import * as SqliteLog from "../sqlite/log/ObservationLog.ts"
import * as CarryOver from "./carry-over.ts"
import type { SeqRange } from "./range.ts"
import { indexesIn } from "./swap.ts"

/**
 * A range of the log and the database to build from it. The paths are those of the process that builds it.
 */
export interface RangeDatabase {
  readonly range: SeqRange
  /** The database that holds the log, by the name that `locate` gives it. */
  readonly log: string
  /** The file to make. */
  readonly path: string
  /** The names of the projections whose tables are built. */
  readonly projections: ReadonlyArray<string>
}

/** Lets the projector of a scratch database read a log as if it were in the same database, until the scope closes. */
export const attachLog = (log: string) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    yield* Effect.acquireRelease(sql`ATTACH ${log} AS live`, () =>
      Effect.ignoreLogged(sql`DETACH live`.unprepared)
    )
    yield* Effect.acquireRelease(
      sql`CREATE TEMP VIEW observations AS SELECT * FROM live.observations`.unprepared,
      () => Effect.ignoreLogged(sql`DROP VIEW temp.observations`.unprepared)
    )
  }).pipe(storage("preparing a rebuild"))

/** Creates the tables of a range, without rows, and reads the log as if it were in the same database. */
const prepare = ({ log, range }: RangeDatabase, projections: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    yield* migrateScratch(projections)
    // The projector reads no index. An index that is made of a whole table takes a sort instead of a search for
    // each row.
    for (const { name } of yield* indexesIn("main")) yield* sql.unsafe(`DROP INDEX ${name}`)
    if (!isFirst(range)) yield* CarryOver.createTables(projections)
    yield* sql`UPDATE projection_checkpoints SET seq = ${range.from - 1}`
    yield* attachLog(log)
  }).pipe(storage("preparing a rebuild"))

const isFirst = ({ from }: SeqRange) => from === 1

/** Builds the database of a range, and returns the number of observations in it. */
export const buildRange = (
  task: RangeDatabase,
  projections: ReadonlyArray<Projection>,
  onObservations: OnObservations
): Effect.Effect<number, StorageFailed | LogDamaged> =>
  Effect.gen(function* () {
    const { path, range } = task
    const database = yield* SqliteDatabase.make(path, "scratch")
    const carryOver = isFirst(range) ? noCarryOver : CarryOver.make(database, projections)
    const projector = ProjectorLive.layer(projections, carryOver).pipe(Layer.provide(SqliteLog.layer))
    const catchUp = Effect.flatMap(Projector, (projector) =>
      projector.catchUp({ to: range.to, onProgress: (seq) => onObservations(seq - range.from + 1) })
    )
    return yield* prepare(task, projections).pipe(
      Effect.zipRight(Effect.provide(catchUp, projector)),
      Effect.map(({ observations }) => observations),
      Effect.provideService(Database, database)
    )
  }).pipe(Effect.scoped)
