/**
 * The manifest of an export, `export.json`: the files that the export wrote. It tells the files of an export from
 * those of the user, and whether a file is still what was written.
 */
import { readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Option, Schema } from "effect"
import { sha256Of } from "../../files/sha256.ts"

const NAME = "export.json"

const ManifestFile = Schema.Struct({
  /** The path below the folder, with `/`. */
  path: Schema.String,
  table: Schema.String,
  format: Schema.Literal("parquet", "csv"),
  /** The number of rows. Exports of earlier versions have none. */
  rows: Schema.optional(Schema.Number),
  bytes: Schema.Number,
  /** The SHA-256 of the file in lower-case hex. Exports of earlier versions have none. */
  sha256: Schema.optional(Schema.String),
  /** The seq of the log up to which the rows were read from it. Exports of earlier versions have none. */
  lastSeq: Schema.optional(Schema.Number)
})
export type ManifestFile = typeof ManifestFile.Type

/**
 * The part of the log that the newest files follow from. `chainSha256` is that of its last observation, as `log list`
 * shows it: a log with the same value there has the same observations up to there.
 */
const LogEnd = Schema.Struct({
  firstSeq: Schema.Number,
  lastSeq: Schema.Number,
  chainSha256: Schema.optional(Schema.String)
})
export type LogEnd = typeof LogEnd.Type

const Manifest = Schema.parseJson(
  Schema.Struct({
    writtenBy: Schema.Literal("kalshi-tape"),
    log: Schema.optional(LogEnd),
    files: Schema.Array(ManifestFile)
  })
)

/** Returns the files below a folder, as paths with `/`. */
export const filesBelow = async (folder: string): Promise<ReadonlyArray<string>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

export const manifestOf = async (folder: string): Promise<ReadonlyArray<ManifestFile>> => {
  const text = await readFile(join(folder, NAME), "utf8").catch(() => undefined)
  if (text === undefined) return []
  const decoded = Schema.decodeUnknownOption(Manifest)(text)
  return Option.match(decoded, { onNone: () => [], onSome: ({ files }) => files })
}

/** Returns the files in a folder that no export wrote, or that have changed since. */
export const foreignFiles = async (
  folder: string,
  own: ReadonlyArray<ManifestFile>
): Promise<ReadonlyArray<string>> => {
  const sizes = new Map(own.map(({ path, bytes }) => [path, bytes]))
  const foreign: Array<string> = []
  for (const path of await filesBelow(folder)) {
    if (path === NAME && own.length > 0) continue
    const size = sizes.get(path)
    if (size === undefined || (await stat(join(folder, path))).size !== size) foreign.push(path)
  }
  return foreign
}

export const writeManifest = (
  folder: string,
  files: ReadonlyArray<ManifestFile>,
  log: LogEnd | undefined
): Promise<void> =>
  writeFile(join(folder, NAME), `${JSON.stringify({ writtenBy: "kalshi-tape", log, files }, null, 2)}\n`)

/** Describes a file of an export for the manifest, which the next export reads. */
export const describeFile = async (
  folder: string,
  file: Omit<ManifestFile, "bytes" | "sha256">
): Promise<ManifestFile> => {
  const path = join(folder, file.path)
  return { ...file, bytes: (await stat(path)).size, sha256: await sha256Of(path) }
}

/**
 * Fails if a file differs from what was written, so that damaged rows are not carried into the next export.
 */
export const checkFile = async (folder: string, { path, sha256 }: ManifestFile): Promise<void> => {
  if (sha256 === undefined || (await sha256Of(join(folder, path))) === sha256) return
  throw new Error(
    `${path} is damaged: it is not what was written there. Export its table in that format again`
  )
}
