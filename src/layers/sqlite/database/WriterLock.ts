/**
 * Ensures one writer per data directory. The lock is the operating system's, held through an SQLite file of
 * its own: it is released when its process ends, however that happens, and no process id can be mistaken for
 * another's. `writer.json` beside it only names the holder.
 */
import { readFile } from "node:fs/promises"
import { hostname } from "node:os"
import * as FileSystem from "@effect/platform/FileSystem"
import Sqlite from "better-sqlite3"
import { Effect, Option, Schema } from "effect"
import { DataDirLocked, StorageFailed } from "../../../domain/errors.ts"
import { now } from "../../clock/now.ts"
import { holderPath, lockPath } from "../../files/data-dir.ts"
import { whyOf } from "../../files/error-words.ts"
import { tryLock } from "../../files/work-folder.ts"

const Holder = Schema.parseJson(
  Schema.Struct({ program: Schema.String, pid: Schema.Int, host: Schema.String, since: Schema.String })
)

/** Holds the lock of a directory that exists, for the life of the scope. */
export const acquire = (dataDir: string, program: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const holder = holderPath(dataDir)

    const whoHolds = files.readFileString(holder).pipe(
      Effect.flatMap(Schema.decode(Holder)),
      Effect.map(({ host, pid, program, since }) => `${program} (process ${pid} on ${host}, since ${since})`),
      Effect.orElseSucceed(() => "another process")
    )

    yield* Effect.acquireRelease(
      Effect.try({
        try: () => tryLock(lockPath(dataDir)),
        catch: (error) =>
          new StorageFailed({ operation: `locking ${dataDir}`, why: whyOf(error), cause: error })
      }).pipe(
        Effect.flatMap(
          Option.match({
            onNone: () => Effect.flatMap(whoHolds, (by) => new DataDirLocked({ dataDir, holder: by })),
            onSome: Effect.succeed
          })
        )
      ),
      (lock) => Effect.sync(() => lock.close())
    )
    const text = yield* Schema.encode(Holder)({
      program,
      pid: process.pid,
      host: hostname(),
      since: yield* now
    }).pipe(
      Effect.mapError(
        (error) => new StorageFailed({ operation: `locking ${dataDir}`, why: error.message, cause: error })
      )
    )
    yield* Effect.acquireRelease(
      files
        .writeFileString(holder, text)
        .pipe(
          Effect.mapError(
            (error) => new StorageFailed({ operation: `writing ${holder}`, why: whyOf(error), cause: error })
          )
        ),
      () => Effect.logDebug("released the lock").pipe(Effect.zipRight(Effect.exit(files.remove(holder))))
    )
  }).pipe(Effect.withSpan("WriterLock.acquire"))

/**
 * Returns the holder of the writer's lock, or `null` if the lock is free. The lock itself is tested, since a
 * program that was killed leaves `writer.json` behind. The test takes a shared lock for an instant and writes
 * nothing.
 */
export const holderOf = (dataDir: string): Effect.Effect<typeof Holder.Type | null> =>
  Effect.gen(function* () {
    const isHeld = yield* Effect.try(() => isLocked(lockPath(dataDir)))
    if (!isHeld) return null
    const text = yield* Effect.tryPromise(() => readFile(holderPath(dataDir), "utf8"))
    return yield* Schema.decode(Holder)(text)
  }).pipe(Effect.orElseSucceed(() => null))

const isLocked = (path: string): boolean => {
  const database = new Sqlite(path, { readonly: true, timeout: 0 })
  try {
    database.prepare("SELECT count(*) FROM sqlite_master").get()
    return false
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && error.code === "SQLITE_BUSY") return true
    throw error
  } finally {
    database.close()
  }
}
