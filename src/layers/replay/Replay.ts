/**
 * Replay over SQLite. A scratch database with the live one attached beside it goes through the same
 * Projector from seq 1; its tables are then compared with the live ones, or put in their place.
 */
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect, Layer } from "effect"
import { StorageFailed, TablesDiffer } from "../../domain/errors.ts"
import type { Projection } from "../../domain/projection.ts"
import { Interpreter } from "../../services/Interpreter.ts"
import { ObservationLog } from "../../services/ObservationLog.ts"
import { type OnProgress, Projector } from "../../services/Projector.ts"
import { Replay, type TableDigest } from "../../services/Replay.ts"
import { databasePath, scratchPath } from "../data-dir.ts"
import * as ProjectorLive from "../projector/Projector.ts"
import * as SqliteDatabase from "../sqlite/Database.ts"
import { Database, storage } from "../sqlite/Database.ts"
import { migrateScratch } from "../sqlite/migrations.ts"
import * as SqliteLog from "../sqlite/ObservationLog.ts"
import { honourCutoffs, readCutoffs } from "../sqlite/prune-cutoffs.ts"
import { digests } from "./digest.ts"
import { removeLeftovers } from "./leftovers.ts"
import { swap, takeIndexes } from "./swap.ts"

export const make = (dataDir: string, projections: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const interpreter = yield* Interpreter
    const path = scratchPath(dataDir, process.pid)
    yield* removeLeftovers(dataDir)
    // They would share a scratch database.
    const oneAtATime = yield* Effect.makeSemaphore(1)

    const remove = Effect.forEach([path, `${path}-journal`], (file) =>
      files.remove(file, { force: true })
    ).pipe(
      Effect.mapError((error) => new StorageFailed({ operation: `removing ${path}`, why: error.message }))
    )

    /** A scratch database that reads the live log as its own, through a view. */
    const scratch = Effect.gen(function* () {
      yield* Effect.acquireRelease(remove, () => Effect.ignoreLogged(remove))
      const database = yield* SqliteDatabase.make(path, "scratch")
      yield* database.sql`ATTACH ${databasePath(dataDir)} AS live`
      yield* database.sql`PRAGMA live.synchronous = FULL`
      yield* migrateScratch(projections).pipe(Effect.provideService(Database, database))
      yield* database.sql`CREATE TEMP VIEW observations AS SELECT * FROM live.observations`
      const indexes = yield* Effect.provideService(takeIndexes, Database, database)
      return { database, indexes }
    }).pipe(storage(`preparing ${path}`))

    /** Told before the tables are read, so that both go on at a time. */
    const announce = Effect.flatMap(storedBytes, interpreter.expect)

    const build = (to: number, onProgress: OnProgress) =>
      Effect.flatMap(Projector, (projector) => projector.catchUp({ to, onProgress })).pipe(
        Effect.provide(ProjectorLive.layer(projections).pipe(Layer.provide(SqliteLog.layer))),
        Effect.provideService(Interpreter, interpreter)
      )

    const rebuild: Replay["Type"]["rebuild"] = (onProgress) =>
      Effect.gen(function* () {
        const { database, indexes } = yield* scratch
        const { seq } = yield* Effect.provide(headOfLog, SqliteLog.layer).pipe(
          Effect.provideService(Database, database)
        )
        return yield* Effect.gen(function* () {
          yield* announce
          const { observations } = yield* build(seq, onProgress)
          yield* Effect.flatMap(readCutoffs("live"), honourCutoffs)
          yield* swap(indexes)
          return { observations, tables: yield* digests("main", projections) }
        }).pipe(Effect.provideService(Database, database))
      }).pipe(Effect.scoped, oneAtATime.withPermits(1), Effect.withSpan("Replay.rebuild"))

    const verify: Replay["Type"]["verify"] = (onProgress) =>
      Effect.gen(function* () {
        const { database } = yield* scratch
        return yield* Effect.gen(function* () {
          yield* announce
          // One snapshot for the checkpoint and the digests: a collector may be writing meanwhile.
          const live = yield* database.transaction(
            Effect.all({
              seq: liveCheckpoint(projections),
              cutoffs: readCutoffs("live"),
              tables: digests("live", projections),
              quarantined: quarantined("live")
            })
          )
          const { observations } = yield* build(live.seq, onProgress)
          yield* honourCutoffs(live.cutoffs)
          const rebuilt = {
            tables: yield* digests("main", projections),
            quarantined: yield* quarantined("main")
          }
          const differing = [
            ...rebuilt.tables.filter(differsFrom(live.tables)).map(({ table }) => table),
            ...(rebuilt.quarantined === live.quarantined ? [] : ["quarantine"])
          ]
          if (differing.length > 0) return yield* new TablesDiffer({ tables: differing })
          return { observations, tables: rebuilt.tables }
        }).pipe(Effect.provideService(Database, database))
      }).pipe(Effect.scoped, oneAtATime.withPermits(1), Effect.withSpan("Replay.verify"))

    return Replay.of({ rebuild, verify })
  })

/** Of the first answers: enough to know whether the log is a large one. */
const ANSWERS_WEIGHED = 256

const storedBytes = Effect.gen(function* () {
  const { sql } = yield* Database
  const [row] = yield* sql<{ bytes: number | null }>`
    SELECT sum(bytes) AS bytes
    FROM (SELECT length(body) AS bytes FROM live.observations ORDER BY seq LIMIT ${ANSWERS_WEIGHED})
  `
  return row?.bytes ?? 0
}).pipe(storage("reading the log"))

const headOfLog = Effect.flatMap(ObservationLog, (log) => log.head)

const differsFrom = (others: ReadonlyArray<TableDigest>) => (mine: TableDigest) =>
  !others.some(({ sha256, table }) => table === mine.table && sha256 === mine.sha256)

/** Live projections move together; those of another version may have stayed behind, and are none of ours. */
const liveCheckpoint = (projections: ReadonlyArray<Projection>) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const ours = sql.in(projections.map(({ name }) => name))
    const [row] = yield* sql<{ seq: number | null }>`
      SELECT min(seq) AS seq FROM live.projection_checkpoints WHERE projection IN ${ours}
    `
    return row?.seq ?? 0
  }).pipe(storage("reading the checkpoints"))

/** What the tables leave out, unless a later version has taken it in. */
const quarantined = (schema: "live" | "main") =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const rows = yield* sql.unsafe<{ line: string }>(
      `SELECT json_array(seq, projection, item, error) AS line FROM ${schema}.quarantine
       WHERE resolved_at IS NULL ORDER BY seq, projection, item`
    )
    return rows.map(({ line }) => line).join("\n")
  }).pipe(storage("reading the quarantine"))

export const layer = (dataDir: string, projections: ReadonlyArray<Projection>) =>
  Layer.effect(Replay, make(dataDir, projections))
