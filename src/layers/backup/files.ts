/** Copies, links, hashes and syncs the files of a backup. */
import { createHash } from "node:crypto"
import { constants, createReadStream } from "node:fs"
import { copyFile, link, mkdir, readdir, stat, utimes } from "node:fs/promises"
import { dirname, join } from "node:path"
import { pipeline } from "node:stream/promises"
import { Effect } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { whyOf } from "../files/error-words.ts"
import { syncPath } from "../files/sync.ts"

/** Runs an operation on files. `operation` is what the error names. */
export const io = <A>(
  operation: string,
  run: (signal: AbortSignal) => Promise<A>
): Effect.Effect<A, StorageFailed> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => new StorageFailed({ operation, why: whyOf(error), cause: error })
  })

export const exists = (path: string): Effect.Effect<boolean> =>
  Effect.promise(() =>
    stat(path).then(
      () => true,
      () => false
    )
  )

/** Syncs the names in a folder and in all folders below it. */
export const syncFolders = async (folder: string): Promise<void> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) if (entry.isDirectory()) await syncPath(join(entry.parentPath, entry.name))
  await syncPath(folder)
}

/**
 * Copies a file with the time of its last write, makes the folders above the copy, and syncs the copy. A query takes a
 * file of the lake that was written after it was listed for a changed one, and reads all of it to compare its hash.
 */
export const copy = (from: string, to: string): Effect.Effect<void, StorageFailed> =>
  io(`copying ${from} to ${to}`, async () => {
    await mkdir(dirname(to), { recursive: true })
    // A file system with copy-on-write shares the blocks of both files, and neither changes with the other.
    await copyFile(from, to, constants.COPYFILE_FICLONE)
    const { atime, mtime } = await stat(from)
    await utimes(to, atime, mtime)
    await syncPath(to)
  })

/** Makes a hard link, and the folders above it. Returns whether the file system allows it. */
export const tryLink = (from: string, to: string): Effect.Effect<boolean, StorageFailed> =>
  io(`linking ${to} to ${from}`, async () => {
    await mkdir(dirname(to), { recursive: true })
    try {
      await link(from, to)
      return true
    } catch (error) {
      // The places lie on different disks, or the disk has no links, or no more of them, or none to files of others.
      if (error instanceof Error && "code" in error && NO_LINKS.has(String(error.code))) return false
      throw error
    }
  })

const NO_LINKS = new Set(["EXDEV", "EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EROFS"])

export interface FileFacts {
  readonly bytes: number
  /** The SHA-256 of the file in lower-case hex. */
  readonly sha256: string
}

/** Reads a file from end to end. */
export const factsOf = (path: string): Effect.Effect<FileFacts, StorageFailed> =>
  io(`reading ${path}`, async (signal) => {
    const hasher = createHash("sha256")
    let bytes = 0
    const stream = createReadStream(path, { highWaterMark: READ_BYTES })
    stream.on("data", (chunk) => {
      bytes += chunk.length
    })
    await pipeline(stream, hasher, { signal })
    return { bytes, sha256: hasher.digest("hex") }
  })

/** The bytes of a file that are read at a time. */
const READ_BYTES = 1_048_576
