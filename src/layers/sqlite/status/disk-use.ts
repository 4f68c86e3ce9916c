/** Measures the size of a data directory and the free space on its disk, in bytes. */
import type { Dirent } from "node:fs"
import { readdir, stat, statfs } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import type { DiskUse } from "../../../services/Status.ts"
import { databasePath, exportsPath } from "../../files/data-dir.ts"
import { whyOf } from "../../files/error-words.ts"

const bytesOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    // A file that was deleted in the meantime has no size.
    () => 0
  )

const bytesBelow = async (folder: string): Promise<number> => {
  const entries: ReadonlyArray<Dirent> = await readdir(folder, { withFileTypes: true }).catch(() => [])
  let bytes = 0
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesBelow(path)
    else if (entry.isFile()) bytes += await bytesOf(path)
  }
  return bytes
}

export const diskUse = (dataDir: string): Effect.Effect<DiskUse, StorageFailed> =>
  Effect.tryPromise({
    try: async () => {
      const database = databasePath(dataDir)
      const [databaseBytes, walBytes, exportsBytes, allBytes, volume] = await Promise.all([
        bytesOf(database),
        bytesOf(`${database}-wal`),
        bytesBelow(exportsPath(dataDir)),
        bytesBelow(dataDir),
        statfs(dataDir)
      ])
      return {
        databaseBytes,
        walBytes,
        exportsBytes,
        otherBytes: Math.max(0, allBytes - databaseBytes - walBytes - exportsBytes),
        freeBytes: volume.bavail * volume.bsize
      }
    },
    catch: (error) =>
      new StorageFailed({ operation: `looking at ${dataDir}`, why: whyOf(error), cause: error })
  })
