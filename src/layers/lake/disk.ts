/** Files of the lake on the disk: the removal of leftovers, and of files that were replaced long enough ago. */
import { mkdir, readdir, rename, rm } from "node:fs/promises"
import { dirname, join } from "node:path"
import { Array as Arr, Clock, Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import { lakeTables, wholeTables } from "../../domain/read/lake.ts"
import { isoMicros } from "../../domain/units/time.ts"
import { now } from "../clock/now.ts"
import { Database, storage } from "../sqlite/database/Database.ts"
import { FILE_NAME, partitionOf } from "./lake-file.ts"
import { onFile, type Workshop } from "./workshop.ts"

/** How long a replaced file stays on the disk, so that a query that has read the list can read the file. */
const RETIRED_MILLIS = 60 * 60 * 1000

const PARTITION = /^month=\d{4}-\d{2}$/

const namesIn = (folder: string): Promise<ReadonlyArray<string>> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" ? [] : Promise.reject(error)
  )

/** Returns the paths below `lake/` that have names of the lake's files. */
const filesOnDisk = async (lake: string): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  for (const table of [...lakeTables.map((one) => one.table), ...wholeTables]) {
    const names = await namesIn(join(lake, table.name))
    const months = names.filter((name) => PARTITION.test(name)).map((name) => name.slice("month=".length))
    for (const month of [null, ...months]) {
      const partition = partitionOf(table.name, month)
      const inside = month === null ? names : await namesIn(join(lake, partition))
      found.push(...inside.filter((name) => FILE_NAME.test(name)).map((name) => join(partition, name)))
    }
  }
  return found
}

/** The folder below `lake/` for files that no record lists. */
const UNLISTED = "unlisted"

const putAside = async (lake: string, path: string): Promise<void> => {
  const aside = join(lake, UNLISTED, path)
  await mkdir(dirname(aside), { recursive: true })
  await rename(join(lake, path), aside)
}

/**
 * Takes the files that no record lists out of the lake: a flush or a compaction that wrote them was killed, or failed.
 * Unfinished files are deleted. Whole ones are put aside, since they may belong to a lost `kalshi.db`, and then hold
 * rows that nothing else has. Other files in the folder are left alone. Call it while holding the lock of
 * maintenance.
 */
export const removeLeftovers = ({ lake }: Workshop): Effect.Effect<void, StorageFailed, Database> =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const onDisk = yield* onFile(lake, () => filesOnDisk(lake))
    const rows = yield* sql<{ path: string }>`SELECT path FROM lake_files WHERE removed_at IS NULL`
    const known = new Set(rows.map(({ path }) => path))
    const left = onDisk.filter((path) => !known.has(path))
    const [unfinished, whole] = Arr.partition(left, (path) => path.endsWith(".parquet"))
    for (const path of unfinished)
      yield* onFile(join(lake, path), () => rm(join(lake, path), { force: true }))
    for (const path of whole) yield* onFile(join(lake, path), () => putAside(lake, path))
    if (whole.length > 0)
      yield* Effect.logWarning(
        `${whole.length === 1 ? "a file" : `${whole.length} files`} of the lake, such as ${whole[0]}, ${whole.length === 1 ? "is" : "are"} not in the records of kalshi.db: a work on the lake that was killed left them, or another kalshi.db did. They are in ${join(lake, UNLISTED)} now. Delete that folder if kalshi.db was never lost`
      )
  }).pipe(storage("reading the files of the lake"))

/** Deletes the files that were replaced more than an hour ago, and returns their number. */
export const removeRetired = ({ lake }: Workshop): Effect.Effect<number, StorageFailed, Database> =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const before = isoMicros(((yield* Clock.currentTimeMillis) - RETIRED_MILLIS) * 1000)
    const due = yield* sql<{ path: string }>`
      SELECT path FROM lake_files WHERE removed_at IS NULL AND retired_at <= ${before} ORDER BY path
    `
    for (const { path } of due) {
      yield* onFile(join(lake, path), () => rm(join(lake, path), { force: true }))
      yield* sql`UPDATE lake_files SET removed_at = ${yield* now} WHERE path = ${path}`
    }
    return due.length
  }).pipe(storage("reading the files of the lake"))
