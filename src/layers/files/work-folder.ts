/**
 * Temporary files and folders: scratch databases, DuckDB's spill folders, exports that are being built. Each
 * has a random name, and beside it a file `<name>.lock` that is locked by the operating system until the
 * process ends, however it ends. A lock that is free therefore marks a leftover of a killed program. A
 * process id would not do: containers that share a volume each number their processes on their own.
 */
import { randomUUID } from "node:crypto"
import { accessSync, existsSync } from "node:fs"
import { access, constants, mkdir, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { Effect, Option, type Scope } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { whyOf } from "./error-words.ts"

/** A lock on a file. It is released by `close`, or when the process ends. */
export type Lock = Pick<Sqlite.Database, "close">

/**
 * Locks a file, which is made if necessary and stays empty. Returns none if another process, or another part
 * of this one, holds the lock.
 */
export const tryLock = (file: string): Option.Option<Lock> => {
  const database = new Sqlite(file, { timeout: 0 })
  try {
    // Nothing is ever written, so no journal file is needed, and none is left behind.
    database.pragma("journal_mode = MEMORY")
    database.exec("BEGIN EXCLUSIVE")
    return Option.some(database)
  } catch (error) {
    database.close()
    if (error instanceof Sqlite.SqliteError && error.code === "SQLITE_BUSY") return Option.none()
    throw error
  }
}

const lockOf = (path: string): string => `${path}.lock`

/** A new random path, and the lock that protects it. */
export interface Claim {
  readonly path: string
  readonly lock: Lock
}

export const claim = (parent: string, prefix: string): Claim => {
  // Gives the system's reason if the folder cannot be written. SQLite would only report that it cannot open a
  // file.
  accessSync(parent, constants.W_OK)
  for (;;) {
    const path = join(parent, `${prefix}${randomUUID()}`)
    const lock = tryLock(lockOf(path))
    if (Option.isNone(lock)) continue
    // Another program may have taken the new lock file for a leftover, and removed it before it was locked.
    if (existsSync(lockOf(path))) return { path, lock: lock.value }
    lock.value.close()
  }
}

/**
 * Removes what is at the path of a claim, and then its lock file. The lock is released last, so that no
 * program finds a lock file that it can lock.
 */
export const release = async ({ lock, path }: Claim): Promise<void> => {
  try {
    await rm(path, { recursive: true, force: true })
    await rm(lockOf(path), { force: true })
  } finally {
    lock.close()
  }
}

const RANDOM = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

/**
 * Returns the paths below `parent` that were claimed under a prefix, whether they are still in use or not.
 */
export const claimedIn = async (parent: string, prefix: string): Promise<ReadonlyArray<string>> => {
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix))
  const claimed = names.flatMap((name) => {
    const [, random] = new RegExp(`^(${RANDOM})(?:\\.lock)?$`).exec(name.slice(prefix.length)) ?? []
    return random === undefined ? [] : [join(parent, prefix + random)]
  })
  return [...new Set(claimed)]
}

/** Runs `use` if no program holds the lock of a path. Holds that lock meanwhile. Returns whether it ran. */
export const ifAbandoned = async (path: string, use: () => Promise<void>): Promise<boolean> => {
  const lock = tryLock(lockOf(path))
  if (Option.isNone(lock)) return false
  try {
    await use()
    await rm(lockOf(path), { force: true })
  } finally {
    lock.value.close()
  }
  return true
}

const KINDS = ["archive", "backup", "lake", "query", "prune", "rebuild", "restore"] as const

const prefixOf = (kind: (typeof KINDS)[number]): string => `.kalshi-${kind}-`

/** Tells whether a killed program has left a work folder of a kind. */
export const abandonedIn = (
  kind: (typeof KINDS)[number],
  parent: string
): Effect.Effect<boolean, StorageFailed> =>
  Effect.tryPromise({
    try: async () => {
      const paths = await claimedIn(parent, prefixOf(kind))
      const free = paths.map((path) => tryLock(lockOf(path)))
      for (const lock of free) if (Option.isSome(lock)) lock.value.close()
      return free.some(Option.isSome)
    },
    catch: (error) =>
      new StorageFailed({ operation: `looking into ${parent}`, why: whyOf(error), cause: error })
  })

/** Removes the work folders that killed programs have left. They can be as large as the tables. */
export const removeLeftovers = (parent: string): Effect.Effect<void> =>
  Effect.gen(function* () {
    const left = yield* Effect.tryPromise(() =>
      Promise.all(KINDS.map((kind) => claimedIn(parent, prefixOf(kind))))
    )
    for (const path of left.flat()) {
      const removed = yield* Effect.tryPromise(() =>
        ifAbandoned(path, () => rm(path, { recursive: true, force: true }))
      )
      if (removed) yield* Effect.logInfo(`removed ${path}, left behind by a program that was killed`)
    }
  }).pipe(Effect.ignoreLogged)

const isWritable = (folder: string): Effect.Effect<boolean> =>
  Effect.promise(() =>
    access(folder, constants.W_OK).then(
      () => true,
      () => false
    )
  )

/**
 * Makes an empty folder that exists until the scope closes. First removes leftovers of killed programs beside
 * it.
 */
export const workFolder = (
  kind: (typeof KINDS)[number],
  parent: string
): Effect.Effect<string, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    yield* removeLeftovers(parent)
    const failed = (error: unknown) =>
      new StorageFailed({ operation: `making a folder in ${parent}`, why: whyOf(error), cause: error })
    const { path } = yield* Effect.acquireRelease(
      Effect.try({ try: () => claim(parent, prefixOf(kind)), catch: failed }),
      (claimed) => Effect.ignoreLogged(Effect.tryPromise(() => release(claimed)))
    )
    yield* Effect.tryPromise({ try: () => mkdir(path), catch: failed })
    return path
  })

/**
 * Returns the parent of work folders: the data directory, or the system's temporary folder if the data
 * directory is read-only.
 */
export const workParent = (dataDir: string): Effect.Effect<string> =>
  Effect.map(isWritable(dataDir), (writable) => (writable ? dataDir : tmpdir()))
