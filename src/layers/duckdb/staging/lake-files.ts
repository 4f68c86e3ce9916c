/** The files of the lake that a query reads, and up to which seq of the log they hold the rows of each table. */
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { realpath, stat } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { epochMicros } from "../../../domain/units/time.ts"
import { lakePath } from "../../files/data-dir.ts"
import { whyOf } from "../../files/error-words.ts"
import { parquet } from "../../lake/contents.ts"
import { type LakeFile, type LakeState, readState } from "../../lake/records.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { ColumnBounds } from "./bounds.ts"

const TABLES = "SELECT count(*) FROM sqlite_schema WHERE name IN ('lake_tables', 'lake_files')"

const NO_LAKE: LakeState = { watermarks: new Map(), files: [] }

/** The lake of a data directory as a query reads it. */
export interface OpenLake extends LakeState {
  readonly folder: string
}

/** Returns the folder of the lake without symbolic links, by which DuckDB is allowed to read it. */
export const lakeFolder = (dataDir: string): Effect.Effect<string> =>
  Effect.promise(() => realpath(lakePath(dataDir)).catch(() => lakePath(dataDir)))

/** Reads the list of the current files, from the same moment of the database as the tail. */
export const openLake = (folder: string, snapshot: Snapshot): Effect.Effect<OpenLake, StorageFailed> =>
  Effect.gen(function* () {
    const [[tables] = []] = yield* snapshot.query(TABLES)
    // A data directory of an earlier version has no lake yet.
    return { folder, ...(tables === 2 ? yield* readState(snapshot) : NO_LAKE) }
  })

/** Returns the time of the first row of a file, in microseconds since 1970. */
export const firstOf = ({ firstTime }: LakeFile): number => epochMicros(firstTime ?? "")

/** Returns the time of the last row of a file, in microseconds since 1970. */
export const lastOf = ({ lastTime }: LakeFile): number => epochMicros(lastTime ?? "")

/** Returns the files that can hold rows of a span of times. */
export const filesWithin = (
  files: ReadonlyArray<LakeFile>,
  { from, to }: ColumnBounds
): ReadonlyArray<LakeFile> =>
  files.filter(
    (file) =>
      (typeof from !== "number" || lastOf(file) >= from) && (typeof to !== "number" || firstOf(file) <= to)
  )

const damaged = (path: string, why: string) =>
  new StorageFailed({
    operation: `reading ${path} of the lake`,
    why: `${why}; \`kalshi replay\` makes the lake anew from the log`
  })

const hashOf = async (path: string): Promise<string> => {
  const hash = createHash("sha256")
  for await (const bytes of createReadStream(path, { highWaterMark: 1_048_576 })) hash.update(bytes)
  return hash.digest("hex")
}

const attempt = <A>(path: string, call: () => Promise<A>): Effect.Effect<A, StorageFailed> =>
  Effect.tryPromise({ try: call, catch: (error) => damaged(path, whyOf(error)) })

/**
 * Fails if a file is missing, or is not as it was written: it must have its size, and a file that was changed after it
 * was listed must have its hash. Hashing all files would take longer than most queries.
 */
const checkFile = (folder: string, { addedAt, bytes, path, sha256 }: LakeFile) =>
  Effect.gen(function* () {
    const file = join(folder, path)
    const { mtimeMs, size } = yield* attempt(file, () => stat(file))
    if (size !== bytes) return yield* damaged(file, `it has ${size} bytes, and was written with ${bytes}`)
    if (mtimeMs <= Date.parse(addedAt)) return
    if ((yield* attempt(file, () => hashOf(file))) !== sha256)
      return yield* damaged(file, "its contents were changed after it was written")
  })

export const checkFiles = (
  folder: string,
  files: ReadonlyArray<LakeFile>
): Effect.Effect<void, StorageFailed> =>
  Effect.forEach(files, (file) => checkFile(folder, file), { concurrency: 8, discard: true })

/** Returns the relation of the rows of files. */
export const rowsOfFiles = (folder: string, files: ReadonlyArray<LakeFile>): string =>
  parquet(files.map(({ path }) => join(folder, path)))
