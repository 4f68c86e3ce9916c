/**
 * What is of use only while a program works: scratch databases, folders that DuckDB spills to, exports half built.
 * Each has a random name, and beside it the file `<name>.lock` with a lock of the operating system's, which goes with
 * its process, however that dies. So what a killed program has left is told by a lock that nobody holds. A process id
 * could not tell it: a container on the same volume counts its processes by itself.
 */
import { randomUUID } from "node:crypto"
import { accessSync, existsSync } from "node:fs"
import { access, constants, mkdir, readdir, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Sqlite from "better-sqlite3"
import { Effect, Option, type Scope } from "effect"
import { StorageFailed } from "../domain/errors.ts"
import { whyOf } from "./why.ts"

/** Released by closing it, and by the end of the process. */
export type Lock = Pick<Sqlite.Database, "close">

/** `none` when another process, or another part of this one, has it. The file is made and stays empty. */
export const tryLock = (file: string): Option.Option<Lock> => {
  const database = new Sqlite(file, { timeout: 0 })
  try {
    // Nothing is ever written: a file for it would only be left behind.
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

/** A path of a random name that nothing stands at, and the lock that says that somebody works there. */
export interface Claim {
  readonly path: string
  readonly lock: Lock
}

export const claim = (parent: string, prefix: string): Claim => {
  // SQLite would only say that it cannot open a file.
  accessSync(parent, constants.W_OK)
  for (;;) {
    const path = join(parent, `${prefix}${randomUUID()}`)
    const lock = tryLock(lockOf(path))
    if (Option.isNone(lock)) continue
    // Whoever sweeps may have taken the new file for a leftover before it was locked, and removed it.
    if (existsSync(lockOf(path))) return { path, lock: lock.value }
    lock.value.close()
  }
}

/** Removes what the claim was for. The name goes before the lock: nobody may find a name that can be locked. */
export const release = async ({ lock, path }: Claim): Promise<void> => {
  try {
    await rm(path, { recursive: true, force: true })
    await rm(lockOf(path), { force: true })
  } finally {
    lock.close()
  }
}

const RANDOM = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

/** Paths below `parent` that were claimed under a prefix, whether anybody still works there or not. */
export const claimedIn = async (parent: string, prefix: string): Promise<ReadonlyArray<string>> => {
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix))
  const claimed = names.flatMap((name) => {
    const [, random] = new RegExp(`^(${RANDOM})(?:\\.lock)?$`).exec(name.slice(prefix.length)) ?? []
    return random === undefined ? [] : [join(parent, prefix + random)]
  })
  return [...new Set(claimed)]
}

/** Runs `use` if nobody works at this path any more, and lets nobody else do the same meanwhile. */
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

const KINDS = ["query", "prune", "rebuild"] as const

const prefixOf = (kind: (typeof KINDS)[number]): string => `.kalshi-${kind}-`

/** Removes the folders for work that killed programs have left, which can be as large as the tables. */
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

export const isWritable = (folder: string): Effect.Effect<boolean> =>
  Effect.promise(() =>
    access(folder, constants.W_OK).then(
      () => true,
      () => false
    )
  )

/** A new empty folder for the life of the scope. What killed programs have left beside it goes first. */
export const workFolder = (
  kind: (typeof KINDS)[number],
  parent: string
): Effect.Effect<string, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    yield* removeLeftovers(parent)
    const failed = (error: unknown) =>
      new StorageFailed({ operation: `making a folder in ${parent}`, why: whyOf(error) })
    const { path } = yield* Effect.acquireRelease(
      Effect.try({ try: () => claim(parent, prefixOf(kind)), catch: failed }),
      (claimed) => Effect.ignoreLogged(Effect.tryPromise(() => release(claimed)))
    )
    yield* Effect.tryPromise({ try: () => mkdir(path), catch: failed })
    return path
  })

/** Where to put such folders: in the data directory, or with other temporary files if it may only be read. */
export const workParent = (dataDir: string): Effect.Effect<string> =>
  Effect.map(isWritable(dataDir), (writable) => (writable ? dataDir : tmpdir()))
