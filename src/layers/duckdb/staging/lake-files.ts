/** The files of the lake that a query reads, and up to which seq of the log they hold the rows of each table. */
import { realpath } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import { epochMicros } from "../../../domain/units/time.ts"
import { archivePath, lakePath } from "../../files/data-dir.ts"
import { parquet } from "../../lake/contents.ts"
import { type LakeFile, type LakeState, readState } from "../../lake/records.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { ColumnBounds } from "./bounds.ts"
import { checkFile } from "./listed-file.ts"

const TABLES = "SELECT count(*) FROM sqlite_schema WHERE name IN ('lake_tables', 'lake_files')"

const NO_LAKE: LakeState = { watermarks: new Map(), files: [] }

/** The folders of the Parquet files, without symbolic links, by which DuckDB is allowed to read them. */
export interface ColdFolders {
  readonly lake: string
  readonly archive: string
}

/** The lake of a data directory as a query reads it, and where the archive is. */
export interface OpenLake extends LakeState {
  readonly folder: string
  readonly archive: string
}

const real = (path: string): Promise<string> => realpath(path).catch(() => path)

export const coldFolders = (dataDir: string): Effect.Effect<ColdFolders> =>
  Effect.promise(async () => ({
    lake: await real(lakePath(dataDir)),
    archive: await real(archivePath(dataDir))
  }))

/** Reads the list of the current files, from the same moment of the database as the tail. */
export const openLake = (
  { archive, lake }: ColdFolders,
  snapshot: Snapshot
): Effect.Effect<OpenLake, StorageFailed> =>
  Effect.gen(function* () {
    const [[tables] = []] = yield* snapshot.query(TABLES)
    // A data directory of an earlier version has no lake yet.
    return { folder: lake, archive, ...(tables === 2 ? yield* readState(snapshot) : NO_LAKE) }
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

const ADVICE = "`kalshi replay` makes the lake anew from the log"

export const checkFiles = (
  folder: string,
  files: ReadonlyArray<LakeFile>
): Effect.Effect<void, StorageFailed> =>
  Effect.forEach(files, (file) => checkFile(folder, file, ADVICE), { concurrency: 8, discard: true })

/** Returns the relation of the rows of files. */
export const rowsOfFiles = (folder: string, files: ReadonlyArray<LakeFile>): string =>
  parquet(files.map(({ path }) => join(folder, path)))
