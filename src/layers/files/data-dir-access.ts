/** Checks a data directory before a database is opened in it, and reports problems in plain words. */
import { dirname, resolve } from "node:path"
import type * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { Effect } from "effect"
import { NoDatabase, StorageFailed } from "../../domain/errors.ts"
import { anchorPath, databasePath, holderPath } from "./data-dir.ts"
import { whyOf } from "./error-words.ts"

const CHOOSE = "name another --data-dir"

const reasonOf = (error: PlatformError.PlatformError) =>
  error._tag === "SystemError" ? error.reason : "InvalidArgument"

const whys: Readonly<Record<string, (right: "read" | "write") => string>> = {
  PermissionDenied: (right) =>
    `there is no permission to ${right} it; run as the user who records, allow this one to ${right} the folder and its files, or ${CHOOSE}`,
  NotFound: () => `the system makes no folder there; ${CHOOSE}`
}

const failed = (operation: string, right: "read" | "write") => (error: PlatformError.PlatformError) =>
  new StorageFailed({
    operation,
    why: whys[reasonOf(error)]?.(right) ?? whyOf(error),
    cause: error
  })

const isFile = (path: string) =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.stat(path)).pipe(
    Effect.map(({ type }) => type !== "Directory")
  )

const notAFolder = (operation: string, path: string) =>
  new StorageFailed({ operation, why: `${path} is a file, not a folder; ${CHOOSE}` })

/**
 * Makes a folder and its parents, one level at a time. Node's recursive version loops for ever where the
 * system reports an existing folder as missing, as it does below /proc.
 */
const makeFolder = (path: string): Effect.Effect<void, PlatformError.PlatformError, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) =>
    files.makeDirectory(path).pipe(
      Effect.catchIf(
        (error) => reasonOf(error) === "NotFound" && dirname(path) !== path,
        () => Effect.zipRight(makeFolder(dirname(path)), files.makeDirectory(path))
      ),
      Effect.catchIf(
        (error) => reasonOf(error) === "AlreadyExists",
        () => Effect.void
      )
    )
  )

/**
 * Makes the data directory if it does not exist, and fails if it cannot be written. For programs that record.
 */
export const makeDataDir = (dataDir: string): Effect.Effect<void, StorageFailed, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const operation = `making ${dataDir}`
    yield* makeFolder(resolve(dataDir)).pipe(
      Effect.catchIf(
        (error) => reasonOf(error) === "BadResource",
        () => notAFolder(operation, "a part of that path")
      ),
      Effect.catchTags({ BadArgument: failed(operation, "write"), SystemError: failed(operation, "write") })
    )
    const blocked = yield* Effect.mapError(isFile(dataDir), failed(operation, "read"))
    if (blocked) return yield* notAFolder(operation, dataDir)
    yield* Effect.mapError(
      files.access(dataDir, { writable: true }),
      failed(`writing to ${dataDir}`, "write")
    )
  })

/**
 * Fails if a database file is empty. SQLite would take it for a new database and fill it, and the loss of a
 * recording, by a full disk or a careless `>`, would go unnoticed.
 */
const refuseEmpty = (path: string, size: bigint) =>
  size === 0n
    ? new StorageFailed({
        operation: `opening ${path}`,
        why: "it is empty (0 bytes), and holds no recording. If it was one, restore it from a backup; if not, remove it"
      })
    : Effect.void

/**
 * Tells whether a recorder was killed before it had written anything: `writer.json` is there, and no anchor.
 */
const wasJustBorn = (dataDir: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    return (yield* files.exists(holderPath(dataDir))) && !(yield* files.exists(anchorPath(dataDir)))
  }).pipe(Effect.orElseSucceed(() => false))

/** Fails if the database file is empty. For programs that make a database if there is none. */
export const refuseEmptyDatabase = (
  dataDir: string
): Effect.Effect<void, StorageFailed, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.stat(databasePath(dataDir))).pipe(
    Effect.map(({ size }) => BigInt(size)),
    // There is no file, or it cannot be read; in that case SQLite reports the problem when it opens the file.
    Effect.orElseSucceed(() => 1n),
    Effect.flatMap((size) => refuseEmpty(databasePath(dataDir), size)),
    Effect.unlessEffect(wasJustBorn(dataDir)),
    Effect.asVoid
  )

/** Fails unless the database exists and can be read. For programs that need a recording. */
export const requireDatabase = (
  dataDir: string
): Effect.Effect<void, NoDatabase | StorageFailed, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const [path, operation] = [databasePath(dataDir), `opening ${databasePath(dataDir)}`]
    const { size, type } = yield* files.stat(path).pipe(
      Effect.catchTags({
        BadArgument: failed(operation, "read"),
        SystemError: (error): Effect.Effect<never, NoDatabase | StorageFailed> => {
          if (error.reason === "NotFound") return new NoDatabase({ dataDir })
          return error.reason === "BadResource"
            ? notAFolder(operation, dataDir)
            : failed(operation, "read")(error)
        }
      })
    )
    if (type === "Directory")
      return yield* new StorageFailed({ operation, why: `it is a folder, not a database; ${CHOOSE}` })
    yield* refuseEmpty(path, BigInt(size))
    yield* Effect.mapError(files.access(path, { readable: true }), failed(operation, "read"))
  })
