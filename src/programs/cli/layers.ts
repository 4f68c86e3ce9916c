/** The layers over a data directory, composed for programs that write and for programs that only read. */
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect, Layer } from "effect"
import { projections } from "../../domain/read/projections.ts"
import { adoptSegments } from "../../layers/archive/adoption.ts"
import { repairLake } from "../../layers/backup/lake-check.ts"
import { databasePath } from "../../layers/files/data-dir.ts"
import { makeDataDir, refuseEmptyDatabase, requireDatabase } from "../../layers/files/data-dir-access.ts"
import { removeLeftovers } from "../../layers/files/work-folder.ts"
import * as ProjectorLive from "../../layers/projector/Projector.ts"
import * as ReplayLive from "../../layers/replay/Replay.ts"
import * as SqliteDatabase from "../../layers/sqlite/database/Database.ts"
import { Database } from "../../layers/sqlite/database/Database.ts"
import { migrate, refuseOtherPrograms } from "../../layers/sqlite/database/migrations.ts"
import * as SqliteReader from "../../layers/sqlite/database/reader.ts"
import * as WriterLock from "../../layers/sqlite/database/WriterLock.ts"
import { dropAnchor, recoverAnchor } from "../../layers/sqlite/log/anchor.ts"
import * as SqliteLog from "../../layers/sqlite/log/ObservationLog.ts"
import * as SqliteBackfillJobs from "../../layers/sqlite/records/BackfillJobs.ts"
import * as SqliteRuns from "../../layers/sqlite/records/CollectionRuns.ts"
import { refuseReconstruction } from "../../layers/sqlite/records/reconstruction.ts"

/**
 * Refuses a database of another program. This runs before a writer takes a lock or sets a pragma, so that
 * such a database stays unchanged.
 */
const refuseOthers = (dataDir: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const exists = yield* Effect.orElseSucceed(files.exists(databasePath(dataDir)), () => false)
    if (!exists) return
    yield* refuseEmptyDatabase(dataDir)
    const database = yield* SqliteDatabase.make(databasePath(dataDir), "reader")
    yield* Effect.provideService(
      Effect.zipRight(refuseOtherPrograms, refuseReconstruction),
      Database,
      database
    )
  }).pipe(Effect.scoped)

/** Opens the database of a data directory for writing: locked, and of this version's shape. */
export const writerDatabase = (dataDir: string, program: string, folder: "made" | "there already") =>
  Layer.scoped(
    Database,
    Effect.gen(function* () {
      yield* folder === "made" ? makeDataDir(dataDir) : requireDatabase(dataDir)
      yield* refuseOthers(dataDir)
      yield* WriterLock.acquire(dataDir, program)
      yield* removeLeftovers(dataDir)
      const database = yield* SqliteDatabase.make(databasePath(dataDir), "writer")
      const inIt = Effect.provideService(Database, database)
      yield* inIt(migrate)
      yield* inIt(adoptSegments(dataDir))
      yield* inIt(repairLake(dataDir))
      yield* inIt(recoverAnchor)
      // Observations after the last completed slot, from an interrupted slot or a backfill, are anchored
      // before the database closes.
      yield* Effect.addFinalizer(() => inIt(dropAnchor))
      return database
    })
  )

const log = Layer.mergeAll(SqliteLog.layer, SqliteRuns.layer)

type Replaying = Pick<ReplayLive.ReplayOptions, "scratch" | "workers">

export const tables = (dataDir: string, replaying: Replaying = {}) =>
  Layer.merge(
    ProjectorLive.layer(projections),
    ReplayLive.layer({ dataDir, projections, ...replaying })
  ).pipe(Layer.provideMerge(log))

/**
 * Opens a data directory for writing, and makes it if it does not exist. Provides the log, the record of
 * slots, and the tables.
 */
export const writer = (dataDir: string, program: string) =>
  tables(dataDir).pipe(Layer.provideMerge(writerDatabase(dataDir, program, "made")))

/**
 * Opens an existing data directory for writing. A directory that does not exist is an error, because its name
 * is probably mistyped.
 */
export const rewriter = (dataDir: string, program: string, replaying: Replaying = {}) =>
  tables(dataDir, replaying).pipe(Layer.provideMerge(writerDatabase(dataDir, program, "there already")))

/**
 * Opens a data directory for reading, beside a writer or without one. Provides the log and the tables.
 */
export const reader = (dataDir: string, replaying: Replaying = {}) =>
  Layer.provideMerge(tables(dataDir, replaying), SqliteReader.layer(dataDir))

/** Requests a backfill in a directory that another process writes. It inserts one row and takes no lock. */
export const besideWriter = (dataDir: string) =>
  SqliteBackfillJobs.layer.pipe(
    Layer.provide(Layer.scoped(Database, SqliteDatabase.make(databasePath(dataDir), "writer")))
  )
