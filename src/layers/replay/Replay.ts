/**
 * Replay over SQLite. The log is cut into ranges, the ordinary Projector builds the tables of each range in a
 * database of its own, and these are merged in the order of the ranges. The tables are then compared with the live
 * ones, or put in their place.
 */
import { Effect, ExecutionStrategy, Exit, Fiber, Layer, Scope } from "effect"
import { StorageFailed, TablesDiffer } from "../../domain/errors.ts"
import type { Projection } from "../../domain/read/projection.ts"
import { idTables, storedTables } from "../../domain/read/schema.ts"
import type { StoredTable } from "../../domain/read/table.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { Replay, type TableDigest } from "../../services/Replay.ts"
import { firstOf } from "../effects/first-of.ts"
import { workFolder, workParent } from "../files/work-folder.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { locate } from "../sqlite/database/locate.ts"
import { snapshotOf } from "../sqlite/database/Snapshot.ts"
import { honourCutoffs, readCutoffs } from "../sqlite/records/prune-cutoffs.ts"
import { buildAlong, tableAt } from "./along-lake.ts"
import { builtPath, type Workplace } from "./build.ts"
import { readDigests } from "./digest.ts"
import { removeRemains, swapGradually } from "./gradual-swap.ts"
import { stateIn } from "./state.ts"
import { swap } from "./swap.ts"
import type { TablesDatabase } from "./tables-database.ts"
import { reconstruct } from "./until.ts"
import { runWorker } from "./worker-process.ts"

export interface ReplayOptions {
  readonly dataDir: string
  /** Workers know the projections of this version, by their names. */
  readonly projections: ReadonlyArray<Projection>
  /**
   * The folder of the scratch databases. By default it is in the data directory, or among the temporary files
   * if the data directory is read-only.
   */
  readonly scratch?: string | undefined
  /** The number of ranges that are replayed at the same time. The default depends on the log and the machine. */
  readonly workers?: number | undefined
}

export const make = ({ dataDir, projections, scratch, workers }: ReplayOptions) =>
  Effect.gen(function* () {
    const live = yield* Database
    const log = yield* ObservationLog

    const located = locate(dataDir).pipe(
      Effect.catchTag(
        "NoDatabase",
        ({ message }) => new StorageFailed({ operation: "reading the log", why: message })
      )
    )

    /** Finds the log, and makes an empty folder for the databases of the ranges. */
    const prepare = Effect.gen(function* () {
      const folder = yield* workFolder("rebuild", scratch ?? (yield* workParent(dataDir)))
      return { folder, log: yield* located } satisfies Workplace
    })

    const remainsRemoved = Effect.provideService(removeRemains, Database, live)

    const rebuild: Replay["Type"]["rebuild"] = (onObservations, { restorePruned = false } = {}) =>
      Effect.gen(function* () {
        yield* remainsRemoved
        const workplace = yield* prepare
        const { lake } = yield* Effect.scoped(Effect.flatMap(snapshotOf(workplace.log), stateIn(projections)))
        const { seq: checkpoint } = yield* log.head
        const { database, observations, path, places } = yield* buildAlong(
          { dataDir, damage: "differs", ...workplace },
          { projections, workers },
          { checkpoint, lake },
          onObservations
        )
        return yield* Effect.gen(function* () {
          yield* attachLive(workplace.log)
          const wrong = places.map(tableAt)
          const recorded = restorePruned ? [] : yield* readCutoffs("live")
          const cutoffs = recorded.filter(({ table }) => !wrong.includes(table.lake.table.name))
          yield* honourCutoffs(cutoffs)
          const tables = yield* Effect.scoped(Effect.flatMap(snapshotOf(path), readDigests(projections)))
          yield* swap(projections, cutoffs, wrong)
          if (places.length > 0)
            yield* Effect.logWarning(
              `${places.join(", ")} ${places.length === 1 ? "was" : "were"} not what the log says: the next flush of the lake writes ${wrong.length === 1 ? "that table" : "those tables"} anew`
            )
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
        const before = yield* Effect.flatMap(
          Scope.extend(snapshotOf(workplace.log), reading),
          stateIn(projections)
        )
        // The snapshot is closed as soon as it has answered: a collector's journal grows for as long as it is open.
        const digested = yield* Effect.forkScoped(
          Effect.zipLeft(before.digests, Scope.close(reading, Exit.void))
        )
        const { database, observations, path, places } = yield* firstOf(
          buildAlong(
            { dataDir, damage: "fails", ...workplace },
            { projections, workers },
            before,
            onObservations
          ),
          Effect.zipRight(Fiber.join(digested), Effect.never)
        )
        const expected = yield* Fiber.join(digested)
        yield* Effect.provideService(honourCutoffs(before.cutoffs), Database, database)
        const rebuilt = yield* Effect.flatMap(snapshotOf(path), stateIn(projections))
        const tables = yield* rebuilt.digests
        const differing = [
          ...tables.filter(differsFrom(expected)).map(({ table }) => table),
          ...(rebuilt.quarantine === before.quarantine ? [] : ["quarantine"]),
          ...places
        ]
        if (differing.length > 0) return yield* new TablesDiffer({ tables: differing })
        return { observations, tables }
      }).pipe(Effect.scoped, Effect.withSpan("Replay.verify"))

    const rebuildBeside: Replay["Type"]["rebuildBeside"] = (outdated, onProgress) =>
      Effect.gen(function* () {
        const workplace = yield* prepare
        const concerned = rebuiltWith(projections, outdated)
        const { seq: head } = yield* log.head
        const task = { ...workplace, projections: concerned.map(({ name }) => name) } satisfies TablesDatabase
        yield* runWorker("tables-worker", task, (observations) =>
          onProgress({ phase: "reading", done: observations, of: Math.max(observations, head) })
        )
        yield* swapGradually(concerned, builtPath(workplace), (done, of) =>
          onProgress({ phase: "copying", done, of })
        ).pipe(Effect.provideService(Database, live))
      }).pipe(Effect.scoped, Effect.withSpan("Replay.rebuildBeside"))

    const reconstructed: Replay["Type"]["reconstruct"] = (until, output, onObservations) =>
      Effect.flatMap(located, (name) =>
        reconstruct({ log: name, projections, workers }, until, output, onObservations)
      ).pipe(
        Effect.provideService(Database, live),
        Effect.provideService(ObservationLog, log),
        Effect.withSpan("Replay.reconstruct")
      )

    return Replay.of({
      rebuild,
      rebuildBeside,
      reconstruct: reconstructed,
      removeRemains: remainsRemoved,
      verify
    })
  })

/**
 * Returns the projections that are rebuilt with the outdated ones. Ids are given in the order in which all projections
 * together first name a market or a text, so that a projection with ids is rebuilt with all others. One without ids is
 * rebuilt alone.
 */
const rebuiltWith = (
  projections: ReadonlyArray<Projection>,
  outdated: ReadonlyArray<string>
): ReadonlyArray<Projection> => {
  const concerned = projections.filter(({ name }) => outdated.includes(name))
  return concerned.some(givesIds) ? projections : concerned
}

const isIdTable = ({ name }: StoredTable) => idTables.some((table) => table.name === name)

const givesIds = (projection: Projection) => storedTables([projection]).some(isIdTable)

const attachLive = (log: string) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    yield* sql`ATTACH ${log} AS live`
    yield* sql`PRAGMA live.synchronous = FULL`
  }).pipe(storage("opening the live tables"))

const differsFrom = (others: ReadonlyArray<TableDigest>) => (mine: TableDigest) =>
  !others.some(({ sha256, table }) => table === mine.table && sha256 === mine.sha256)

export const layer = (options: ReplayOptions) => Layer.effect(Replay, make(options))
