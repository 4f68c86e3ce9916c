/**
 * The manifest of a backup, `backup.json`: what was backed up when, and the size and the hash of every file. It is read
 * only as it was written, byte for byte, because it also says its own hash.
 */
import { hash } from "node:crypto"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Option, Schema } from "effect"
import { BackupDamaged, StorageFailed } from "../../domain/errors.ts"
import { syncPath } from "../files/sync.ts"
import { io } from "./files.ts"

const MANIFEST = "backup.json"

/** Matches the paths of files that belong to a recording. Nothing else is ever copied out of a backup. */
const OF_A_RECORDING = /^(kalshi\.db|anchor\.json|(archive|lake)(\/(?!\.)[\w.=+-]+)+)$/

const BackupFile = Schema.Struct({
  /** The path below the folder of the backup, and below the data directory, with `/`. */
  path: Schema.String.pipe(Schema.pattern(OF_A_RECORDING)),
  bytes: Schema.Int,
  /** The SHA-256 of the file in lower-case hex. */
  sha256: Schema.String,
  /** The rows of a Parquet file; the observations in `kalshi.db`; `null` for other files. */
  rows: Schema.NullOr(Schema.Int)
})
export type BackupFile = typeof BackupFile.Type

const Contents = Schema.Struct({
  writtenBy: Schema.Literal("kalshi-tape"),
  /** The version of kalshi-tape. */
  version: Schema.String,
  takenAt: Schema.String,
  head: Schema.Struct({
    seq: Schema.Int,
    chainSha256: Schema.String,
    observedAt: Schema.NullOr(Schema.String)
  }),
  files: Schema.Array(BackupFile)
})
export type BackupContents = typeof Contents.Type

const Manifest = Schema.parseJson(
  Schema.Struct({
    ...Contents.fields,
    /** The SHA-256 of the JSON of everything above. */
    sha256: Schema.String
  })
)

const render = (contents: BackupContents): string => {
  const sha256 = hash("sha256", JSON.stringify(contents), "hex")
  return `${JSON.stringify({ ...contents, sha256 }, null, 2)}\n`
}

export const writeManifest = (folder: string, contents: BackupContents) => {
  const file = join(folder, MANIFEST)
  return Schema.encode(Contents)(contents).pipe(
    Effect.mapError(
      (error) => new StorageFailed({ operation: `writing ${file}`, why: error.message, cause: error })
    ),
    Effect.flatMap((ordered) =>
      io(`writing ${file}`, async () => {
        await writeFile(file, render(ordered))
        await syncPath(file)
      })
    )
  )
}

/** Reads the manifest of a backup. Fails with `BackupDamaged` unless it is exactly what was written. */
export const readManifest = (backup: string): Effect.Effect<BackupContents, BackupDamaged> =>
  Effect.gen(function* () {
    const damaged = (why: string) => new BackupDamaged({ backup, file: MANIFEST, why })
    const text = yield* Effect.tryPromise({
      try: () => readFile(join(backup, MANIFEST), "utf8"),
      catch: () => damaged("cannot be read, so this is no backup, or one that was not finished")
    })
    const decoded = Schema.decodeOption(Manifest)(text)
    if (Option.isNone(decoded)) return yield* damaged("is not what was written")
    const { sha256: _, ...contents } = decoded.value
    if (render(contents) !== text) return yield* damaged("is not what was written")
    return contents
  })
