/**
 * A lock of a data directory, which one process holds at a time. The lock is the operating system's, held through an
 * SQLite file of its own: it is released when its process ends, however that happens, and no process id can be
 * mistaken for another's. A JSON file beside it only names the holder.
 */
import { readFile, rm, writeFile } from "node:fs/promises"
import { hostname } from "node:os"
import Sqlite from "better-sqlite3"
import { Effect, Option, Schema, type Scope } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { now } from "../../clock/now.ts"
import { whyOf } from "../../files/error-words.ts"
import { tryLock } from "../../files/work-folder.ts"

/** The two files of a lock. */
export interface LockFiles {
  readonly lock: string
  /** The file that names the holder. It is shown to people, and never used to decide anything. */
  readonly holder: string
}

const Holder = Schema.parseJson(
  Schema.Struct({ program: Schema.String, pid: Schema.Int, host: Schema.String, since: Schema.String })
)

/** Holds a lock for the life of the scope. Fails with the error that `held` makes if another holder has it. */
export const acquire = <E>(
  files: LockFiles,
  program: string,
  held: (holder: string) => E
): Effect.Effect<void, E | StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const failed = (error: unknown) =>
      new StorageFailed({ operation: `locking ${files.lock}`, why: whyOf(error), cause: error })

    yield* Effect.acquireRelease(
      Effect.try({ try: () => tryLock(files.lock), catch: failed }).pipe(
        Effect.flatMap(
          Option.match({
            onNone: () => Effect.flatMap(wordsFor(files), (by) => Effect.fail(held(by))),
            onSome: Effect.succeed
          })
        )
      ),
      (lock) => Effect.sync(() => lock.close())
    )
    const text = yield* Effect.mapError(
      Schema.encode(Holder)({ program, pid: process.pid, host: hostname(), since: yield* now }),
      failed
    )
    yield* Effect.acquireRelease(
      Effect.tryPromise({ try: () => writeFile(files.holder, text), catch: failed }),
      () =>
        Effect.zipRight(
          Effect.logDebug(`released ${files.lock}`),
          Effect.exit(Effect.tryPromise(() => rm(files.holder, { force: true })))
        )
    )
  })

const noted = (files: LockFiles) =>
  Effect.tryPromise(() => readFile(files.holder, "utf8")).pipe(Effect.flatMap(Schema.decode(Holder)))

const wordsFor = (files: LockFiles): Effect.Effect<string> =>
  noted(files).pipe(
    Effect.map(({ host, pid, program, since }) => `${program} (process ${pid} on ${host}, since ${since})`),
    Effect.orElseSucceed(() => "another process")
  )

/**
 * Returns the holder of a lock, or `null` if the lock is free. The lock itself is tested, since a program that was
 * killed leaves its name behind. The test takes a shared lock for an instant and writes nothing.
 */
export const holderOf = (files: LockFiles): Effect.Effect<typeof Holder.Type | null> =>
  Effect.gen(function* () {
    const isHeld = yield* Effect.try(() => isLocked(files.lock))
    return isHeld ? yield* noted(files) : null
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
