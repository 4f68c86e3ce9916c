/**
 * Replay over SQLite. A scratch database with the live one attached beside it goes through the same
 * Projector from seq 1; its tables are then compared with the live ones, or put in their place.
 */
import { join } from "node:path"
import { Effect, ExecutionStrategy, Exit, Fiber, Layer, Scope } from "effect"
import { StorageFailed, TablesDiffer } from "../../domain/errors.ts"
import type { Projection } from "../../domain/read/projection.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { type OnProgress, Projector } from "../../services/Projector.ts"
import { Replay, type TableDigest } from "../../services/Replay.ts"
import { firstOf } from "../effects/first-of.ts"
import { workFolder, workParent } from "../files/held.ts"
import * as ProjectorLive from "../projector/Projector.ts"
import * as SqliteDatabase from "../sqlite/database/Database.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { locate } from "../sqlite/database/locate.ts"
import { migrateScratch } from "../sqlite/database/migrations.ts"
import { snapshotOf } from "../sqlite/database/Snapshot.ts"
import * as SqliteLog from "../sqlite/log/ObservationLog.ts"
import { honourCutoffs, readCutoffs } from "../sqlite/records/prune-cutoffs.ts"
import { readDigests } from "./digest.ts"
import { stateIn } from "./state.ts"
import { swap, takeIndexes } from "./swap.ts"

export interface ReplayOptions {
  readonly dataDir: string
  readonly projections: ReadonlyArray<Projection>
  /**
   * The folder of the scratch database. By default it is in the data directory, or among the temporary files
   * if the data directory is read-only.
   */
  readonly scratch?: string | undefined
}

export const make = ({ dataDir, projections, scratch: chosen }: ReplayOptions) =>
  Effect.gen(function* () {
    const oneAtATime = yield* Effect.makeSemaphore(1)

    /** A scratch database that reads the live log as its own, through a view. */
    const scratch = Effect.gen(function* () {
      const folder = yield* workFolder("rebuild", chosen ?? (yield* workParent(dataDir)))
      const path = join(folder, "tables.db")
      const database = yield* SqliteDatabase.make(path, "scratch")
      const live = yield* locate(dataDir).pipe(
        Effect.catchTag(
          "NoDatabase",
          ({ message }) => new StorageFailed({ operation: "reading the log", why: message })
        )
      )
      yield* database.sql`ATTACH ${live} AS live`
      yield* database.sql`PRAGMA live.synchronous = FULL`
      yield* migrateScratch(projections).pipe(Effect.provideService(Database, database))
      yield* database.sql`CREATE TEMP VIEW observations AS SELECT * FROM live.observations`
      const indexes = yield* Effect.provideService(takeIndexes, Database, database)
      return { database, indexes, live, path }
    }).pipe(storage("preparing a rebuild"))

    const build = (to: number, onProgress: OnProgress) =>
      Effect.flatMap(Projector, (projector) => projector.catchUp({ to, onProgress })).pipe(
        Effect.provide(ProjectorLive.layer(projections).pipe(Layer.provide(SqliteLog.layer)))
      )

    const rebuild: Replay["Type"]["rebuild"] = (onProgress, { restorePruned = false } = {}) =>
      Effect.gen(function* () {
        const { database, indexes, path } = yield* scratch
        const { seq } = yield* Effect.provide(headOfLog, SqliteLog.layer).pipe(
          Effect.provideService(Database, database)
        )
        return yield* Effect.gen(function* () {
          const { observations } = yield* build(seq, onProgress)
          if (!restorePruned) yield* Effect.flatMap(readCutoffs("live"), honourCutoffs)
          const tables = yield* Effect.scoped(Effect.flatMap(snapshotOf(path), readDigests(projections)))
          yield* swap(indexes, { restorePruned })
          return { observations, tables }
        }).pipe(Effect.provideService(Database, database))
      }).pipe(Effect.scoped, oneAtATime.withPermits(1), Effect.withSpan("Replay.rebuild"))

    const verify: Replay["Type"]["verify"] = (onProgress) =>
      Effect.gen(function* () {
        const { database, live: liveFile, path } = yield* scratch
        return yield* Effect.gen(function* () {
          const reading = yield* Effect.flatMap(Effect.scope, (scope) =>
            Scope.fork(scope, ExecutionStrategy.sequential)
          )
          // All of one moment: a collector may be writing meanwhile.
          const live = yield* Effect.flatMap(
            Scope.extend(snapshotOf(liveFile), reading),
            stateIn(projections)
          )
          // Let go as soon as it has answered: a collector's journal grows for as long as somebody reads.
          const digested = yield* Effect.forkScoped(
            Effect.zipLeft(live.digests, Scope.close(reading, Exit.void))
          )
          const { observations } = yield* firstOf(
            build(live.checkpoint, onProgress),
            Effect.zipRight(Fiber.join(digested), Effect.never)
          )
          const before = yield* Fiber.join(digested)
          yield* honourCutoffs(live.cutoffs)
          const rebuilt = yield* Effect.flatMap(snapshotOf(path), stateIn(projections))
          const tables = yield* rebuilt.digests
          const differing = [
            ...tables.filter(differsFrom(before)).map(({ table }) => table),
            ...(rebuilt.quarantine === live.quarantine ? [] : ["quarantine"])
          ]
          if (differing.length > 0) return yield* new TablesDiffer({ tables: differing })
          return { observations, tables }
        }).pipe(Effect.provideService(Database, database))
      }).pipe(Effect.scoped, oneAtATime.withPermits(1), Effect.withSpan("Replay.verify"))

    return Replay.of({ rebuild, verify })
  })

const headOfLog = Effect.flatMap(ObservationLog, (log) => log.head)

const differsFrom = (others: ReadonlyArray<TableDigest>) => (mine: TableDigest) =>
  !others.some(({ sha256, table }) => table === mine.table && sha256 === mine.sha256)

export const layer = (options: ReplayOptions) => Layer.effect(Replay, make(options))
