/** The manifest of a segment: its row of `archive_segments`, beside its files. */
import { open, readFile } from "node:fs/promises"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { whyOf } from "../files/error-words.ts"
import { MANIFEST_FILE } from "./files.ts"
import type { SegmentRecord } from "./segment.ts"

/** The version of the layout of a segment's files. */
const FORMAT_VERSION = 1

const Manifest = Schema.parseJson(
  Schema.Struct({
    format_version: Schema.Literal(FORMAT_VERSION),
    first_seq: Schema.Int,
    last_seq: Schema.Int,
    first_observed_at: Schema.String,
    last_observed_at: Schema.String,
    pieces: Schema.Int,
    body_bytes: Schema.Int,
    stored_bytes: Schema.Int,
    observations_bytes: Schema.Int,
    observations_sha256: Schema.String,
    pieces_bytes: Schema.Int,
    pieces_sha256: Schema.String,
    previous_link_sha256: Schema.String,
    link_sha256: Schema.String,
    chain_sha256: Schema.String,
    sealed_at: Schema.String
  }),
  { space: 2 }
)

/** Writes the manifest into the folder of a segment, through to the disk. */
export const writeManifest = (folder: string, record: SegmentRecord): Effect.Effect<void, StorageFailed> => {
  const path = join(folder, MANIFEST_FILE)
  const failed = (error: unknown) =>
    new StorageFailed({ operation: `writing ${path}`, why: whyOf(error), cause: error })
  return Schema.encode(Manifest)({ format_version: FORMAT_VERSION, ...record }).pipe(
    Effect.mapError(failed),
    Effect.flatMap((text) =>
      Effect.tryPromise({
        try: async () => {
          const handle = await open(path, "w")
          await handle
            .writeFile(`${text}\n`)
            .then(() => handle.sync())
            .finally(() => handle.close())
        },
        catch: failed
      })
    )
  )
}

/** Reads the manifest in the folder of a segment. Fails with `StorageFailed` if there is none that can be read. */
export const readManifest = (folder: string): Effect.Effect<SegmentRecord, StorageFailed> => {
  const path = join(folder, MANIFEST_FILE)
  const failed = (error: unknown) =>
    new StorageFailed({ operation: `reading ${path}`, why: whyOf(error), cause: error })
  return Effect.tryPromise({ try: () => readFile(path, "utf8"), catch: failed }).pipe(
    Effect.flatMap((text) => Effect.mapError(Schema.decode(Manifest)(text), failed)),
    Effect.map(({ format_version: _, ...record }) => record)
  )
}
