/** Data directories of tests: the real migrations on real files, opened as the programs open them. */
import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { type Cause, Chunk, Effect, Exit, Layer, Option, Stream } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { isoMicros, slotSeconds } from "../../../src/domain/units/time.ts"
import { databasePath } from "../../../src/layers/files/data-dir.ts"
import * as SqliteDatabase from "../../../src/layers/sqlite/database/Database.ts"
import { Database } from "../../../src/layers/sqlite/database/Database.ts"
import { migrate } from "../../../src/layers/sqlite/database/migrations.ts"
import * as SqliteLog from "../../../src/layers/sqlite/log/ObservationLog.ts"
import { open } from "../../../src/layers/sqlite/log/sealed.ts"
import { ObservationLog } from "../../../src/services/ObservationLog.ts"

export const scopedFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "kalshi-durable-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const migratedDatabase = (dataDir: string) =>
  Effect.tap(SqliteDatabase.make(databasePath(dataDir), "writer"), (database) =>
    Effect.provideService(migrate, Database, database)
  )

/** The bytes of a new database, which take 20 ms of a core to make: once for each process of tests. */
const newDatabase = await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.scoped(migratedDatabase(folder))
      return readFileSync(databasePath(folder))
    })
  )
)

/** The writer's database of a data directory, migrated. Every use opens it again. */
export const databaseIn = (dataDir: string) =>
  Layer.scoped(
    Database,
    Effect.suspend(() => {
      if (!existsSync(databasePath(dataDir))) writeFileSync(databasePath(dataDir), newDatabase)
      return migratedDatabase(dataDir)
    })
  )

/** The log of a data directory, with the database under it. */
export const logIn = (dataDir: string) => SqliteLog.layer.pipe(Layer.provideMerge(databaseIn(dataDir)))

/** The log as read-only programs open it. */
export const readOnlyLogIn = (dataDir: string) =>
  SqliteLog.layer.pipe(Layer.provide(SqliteDatabase.layer(databasePath(dataDir), "reader")))

const utf8 = new TextEncoder()

export const SLOT = slotSeconds("2026-11-22T12:15:00Z")

/** The answer to request number `page` of a listing; another page is another key. */
export const answer = (page: number, but: Partial<Observation> = {}): Observation => ({
  feed: "markets",
  slot: SLOT,
  request: "/markets?limit=1000&mve_filter=exclude&status=open",
  page,
  endpoint: "GET /markets",
  cursor: page === 0 ? null : `cursor-${page}`,
  observedAt: isoMicros((SLOT + 1) * 1_000_000 + page * 123_457),
  status: 200,
  baseUrl: "https://external-api.kalshi.com/trade-api/v2",
  body: utf8.encode(JSON.stringify({ markets: [], cursor: `cursor-${page + 1}` })),
  ...but
})

/** Bytes that brotli cannot make smaller; they depend on the seed alone. */
export const noise = (length: number, seed = 1): Uint8Array => {
  const bytes = new Uint8Array(length)
  let state = (seed * 2_654_435_761) >>> 0 || 1
  for (let i = 0; i < length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[i] = state & 255
  }
  return bytes
}

export const append = (observation: Observation) =>
  Effect.flatMap(ObservationLog, (log) => log.append(observation))

export const appendAll = (observations: Iterable<Observation>) => Effect.forEach(observations, append)

export const head = Effect.flatMap(ObservationLog, (log) => log.head)

/** The log from a seq on, with decompressed bodies. */
export const readFrom = (from: number) =>
  Effect.flatMap(ObservationLog, (log) => Stream.runCollect(log.read({ from }))).pipe(
    Effect.flatMap((batches) => Effect.forEach(Chunk.toReadonlyArray(batches).flat(), open))
  )

export const readAll = readFrom(1)

export const verifyAll = Effect.flatMap(ObservationLog, (log) =>
  Stream.runLast(log.verify({ from: 1 }))
).pipe(Effect.map(Option.getOrElse(() => 0)))

/** A connection that uses none of the code under test, closed after `use`. */
export const raw = <A>(dataDir: string, use: (database: Sqlite.Database) => A): A => {
  const database = new Sqlite(databasePath(dataDir))
  try {
    return use(database)
  } finally {
    database.close()
  }
}

/** Drops the triggers that protect the log, as an attacker would. */
export const tamper = (dataDir: string, sql: string, ...values: ReadonlyArray<unknown>): void =>
  raw(dataDir, (database) => {
    const triggers = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").pluck().all()
    for (const name of triggers) database.exec(`DROP TRIGGER ${name}`)
    database.prepare(sql).run(...values)
  })

/** A copy of a closed database in a folder of its own. */
export const copyOf = (dataDir: string) =>
  Effect.tap(scopedFolder, (folder) =>
    Effect.sync(() => copyFileSync(databasePath(dataDir), databasePath(folder)))
  )

/** The SQLite shell of the system, if there is one: an older SQLite than the driver's. */
export const hasShell = spawnSync("sqlite3", ["--version"]).status === 0

export const shell = (dataDir: string, sql: string) => {
  const { status, stderr, stdout } = spawnSync("sqlite3", ["-bail", databasePath(dataDir), sql], {
    encoding: "utf8"
  })
  return { status, stderr, stdout }
}

interface Tagged {
  readonly _tag: string
}

/** The typed failure of an effect; a success or a defect fails the test. */
export const failureOf = <A, E extends Tagged, R>(self: Effect.Effect<A, E, R>): Effect.Effect<E, never, R> =>
  Effect.map(Effect.exit(self), (exit) => {
    const cause: Cause.Cause<E> = Exit.isFailure(exit) ? exit.cause : assert.fail("it succeeded")
    return Option.getOrElse(failureIn(cause), () => assert.fail(`no typed failure: ${String(cause)}`))
  })

const failureIn = <E>(cause: Cause.Cause<E>): Option.Option<E> =>
  cause._tag === "Fail" ? Option.some(cause.error) : Option.none()

/** The same, with the expected tag. */
export const failsWith = <A, E extends Tagged, R, Tag extends E["_tag"]>(
  self: Effect.Effect<A, E, R>,
  tag: Tag
): Effect.Effect<Extract<E, { readonly _tag: Tag }>, never, R> =>
  Effect.map(failureOf(self), (error) => {
    assert.strictEqual(error._tag, tag, String(error))
    return error as Extract<E, { readonly _tag: Tag }>
  })
