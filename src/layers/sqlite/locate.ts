/**
 * By which name the database of a data directory is opened for reading. Reading needs no right to write: SQLite
 * keeps two files beside a database in WAL mode. Where it may not make them, or the disk has no room for them, they
 * must be there already, or the database is opened as one that nobody changes.
 */
import { access, constants, stat, statfs } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { Effect } from "effect"
import { NoDatabase, StorageFailed } from "../../domain/errors.ts"
import { databasePath } from "../data-dir.ts"
import { whyOf } from "../why.ts"

// The driver reads this when it loads SQLite: without it, a name such as file:…?immutable=1 would be a plain path.
process.env.SQLITE_USE_URI = "1"

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : ""

/** Bytes; `undefined` of what is not there. */
const sizeOf = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ size }) => size,
    (error) => (codeOf(error) === "ENOENT" ? undefined : Promise.reject(error))
  )

const mayWrite = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false
  )

/** The least size of the file that readers and a writer share, kalshi.db-shm. Where it is smaller, none is at work. */
const SHARED_BYTES = 32_768

/** What SQLite wants to make beside a database in WAL mode before it reads a row, and a block to spare. */
const BESIDE_BYTES = 2 * SHARED_BYTES

const hasRoom = async (folder: string): Promise<boolean> => {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize >= BESIDE_BYTES
}

const UNREADABLE_WAL =
  "its newest rows are in kalshi.db-wal, and reading them takes a file kalshi.db-shm beside it, which cannot be made. Free some space, have someone run `kalshi status` there who may write, or copy kalshi.db and kalshi.db-wal to a folder of yours"

const nameOf = async (path: string): Promise<string> => {
  const folder = dirname(path)
  if ((await mayWrite(folder)) && (await hasRoom(folder))) return path
  const [wal, shm] = [await sizeOf(`${path}-wal`), await sizeOf(`${path}-shm`)]
  // A recorder that runs under another user has made both, and SQLite reads along.
  if (wal !== undefined && shm !== undefined && shm >= SHARED_BYTES) return path
  if (wal !== undefined && wal > 0) throw new Error(UNREADABLE_WAL)
  return `${pathToFileURL(resolve(path)).href}?immutable=1`
}

/** Fails where there is none, and where there is one that may not be read: the two are not the same. */
export const locate = (dataDir: string): Effect.Effect<string, NoDatabase | StorageFailed> => {
  const path = databasePath(dataDir)
  return Effect.tryPromise({
    try: () => access(path, constants.R_OK).then(() => nameOf(path)),
    catch: (error) =>
      codeOf(error) === "ENOENT"
        ? new NoDatabase({ dataDir })
        : new StorageFailed({ operation: `reading ${path}`, why: whyOf(error) })
  })
}
