/**
 * Finds the file name, or URI, with which to open the database of a data directory for reading. SQLite keeps
 * two more files (`-wal` and `-shm`) beside a database in WAL mode. Where they cannot be made, because the
 * directory is read-only or the disk is full, they must exist already; otherwise the database is opened as
 * immutable.
 */
import { access, constants, stat, statfs } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { Effect } from "effect"
import { NoDatabase, StorageFailed } from "../../../domain/errors.ts"
import { databasePath } from "../../files/data-dir.ts"
import { whyOf } from "../../files/error-words.ts"

// SQLite's driver reads this variable when it is loaded. Without it, a name such as file:…?immutable=1 would
// be taken for a plain path.
process.env.SQLITE_USE_URI = "1"

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : ""

/** Returns the size of a file in bytes, or `undefined` if there is no such file. */
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

/**
 * The smallest size, in bytes, of the shared-memory file kalshi.db-shm while a process has the database open.
 */
const SHARED_BYTES = 32_768

/**
 * The free space, in bytes, that SQLite needs beside a database in WAL mode before it can read a row, and as
 * much again to spare.
 */
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
  // A recorder that runs under another user has made both files, and SQLite can read with them.
  if (wal !== undefined && shm !== undefined && shm >= SHARED_BYTES) return path
  if (wal !== undefined && wal > 0) throw new Error(UNREADABLE_WAL)
  return `${pathToFileURL(resolve(path)).href}?immutable=1`
}

/**
 * Returns the name to open the database by. Fails with `NoDatabase` if there is no database, and with
 * `StorageFailed` if there is one that cannot be read.
 */
export const locate = (dataDir: string): Effect.Effect<string, NoDatabase | StorageFailed> => {
  const path = databasePath(dataDir)
  return Effect.tryPromise({
    try: () => access(path, constants.R_OK).then(() => nameOf(path)),
    catch: (error) =>
      codeOf(error) === "ENOENT"
        ? new NoDatabase({ dataDir })
        : new StorageFailed({ operation: `reading ${path}`, why: whyOf(error), cause: error })
  })
}
