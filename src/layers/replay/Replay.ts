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
import { now } from "../now.ts"
import * as ProjectorLive from "../projector/Projector.ts"
import * as SqliteDatabase from "../sqlite/Database.ts"
import { Database, storage } from "../sqlite/Database.ts"
import { migrateScratch, permanentObjects } from "../sqlite/migrations.ts"
import * as SqliteLog from "../sqlite/ObservationLog.ts"
import { honourCutoffs, readCutoffs } from "../sqlite/prune-cutoffs.ts"
import { digests } from "./digest.ts"
import { removeLeftovers } from "./leftovers.ts"

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

    /** Told before anything else is done, so that both go on at a time. */
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

interface SchemaObject {
  readonly type: "table" | "index" | "view"
  readonly name: string
  readonly sql: string
}

const isProjected = ({ name }: SchemaObject) => !permanentObjects.includes(name)

/** Tables first: views may be about any of them. */
const objects = (schema: "live" | "main") =>
  Effect.flatMap(Database, ({ sql }) =>
    sql.unsafe<SchemaObject>(
      `SELECT type, name, sql FROM ${schema}.sqlite_master
       WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND type IN ('table', 'index', 'view')
         AND tbl_name NOT IN (${permanentObjects.map((name) => `'${name}'`).join(", ")})
       ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 ELSE 3 END`
    )
  )

/** No projection reads an index; it is made at once of what is in a table faster than row by row. */
const takeIndexes = Effect.gen(function* () {
  const { sql } = yield* Database
  const indexes = (yield* objects("main")).filter(({ type }) => type === "index")
  yield* Effect.forEach(indexes, ({ name }) => sql.unsafe(`DROP INDEX main.${name}`), { discard: true })
  return indexes
})

/** Puts the scratch tables in the place of the live ones, in one transaction: a reader sees either. */
const swap = (indexes: ReadonlyArray<SchemaObject>) =>
  Effect.gen(function* () {
    const { sql, transaction } = yield* Database
    const resolvedAt = yield* now
    yield* transaction(
      Effect.gen(function* () {
        const fresh = [...(yield* objects("main")).filter(isProjected), ...indexes]
        // What somebody else has put into the database is theirs.
        const old = (yield* objects("live")).filter(({ name }) =>
          fresh.some((object) => object.name === name)
        )
        for (const { name, type } of old.filter(({ type }) => type !== "index").reverse()) {
          yield* sql.unsafe(`DROP ${type} live.${name}`).unprepared
        }
        for (const object of fresh) {
          yield* sql.unsafe(inLive(object)).unprepared
          if (object.type === "table")
            yield* sql.unsafe(`INSERT INTO live.${object.name} SELECT * FROM main.${object.name}`).unprepared
        }
        yield* sql`DELETE FROM live.projection_checkpoints`
        yield* sql`INSERT INTO live.projection_checkpoints SELECT * FROM main.projection_checkpoints`
        yield* sql`
          UPDATE live.quarantine SET resolved_at = ${resolvedAt}
          WHERE resolved_at IS NULL
            AND (seq, projection, item) NOT IN (SELECT seq, projection, item FROM main.quarantine)
        `
        yield* sql`
          INSERT INTO live.quarantine SELECT * FROM main.quarantine WHERE true
          ON CONFLICT (seq, projection, item) DO UPDATE SET error = excluded.error, resolved_at = NULL
        `
      })
    )
  }).pipe(storage("putting the rebuilt tables in place"))

/** SQLite keeps the text of a definition, always beginning `CREATE <type> <name>`. */
const inLive = ({ name, sql, type }: SchemaObject): string =>
  sql.replace(new RegExp(`^CREATE\\s+${type}\\s+"?${name}"?`, "i"), `CREATE ${type} live.${name}`)

export const layer = (dataDir: string, projections: ReadonlyArray<Projection>) =>
  Layer.effect(Replay, make(dataDir, projections))
