/** The files of a segment, and their columns. */
import { stat } from "node:fs/promises"
import { join } from "node:path"
import { Effect } from "effect"
import { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import type { StagedColumn } from "../duckdb/staging/chunk.ts"
import { archivePath } from "../files/data-dir.ts"
import { codeOf, whyOf } from "../files/error-words.ts"
import { sha256Of } from "../files/sha256.ts"
import type { ArchivedRow, SegmentRecord } from "./segment.ts"
import { segmentName } from "./segment.ts"

export const OBSERVATIONS_FILE = "observations.parquet"
export const PIECES_FILE = "pieces.parquet"
export const MANIFEST_FILE = "manifest.json"

/** The columns of `observations.parquet` but the list of pieces, in order. */
export const ARCHIVED_COLUMNS: ReadonlyArray<StagedColumn & { readonly name: keyof ArchivedRow }> = [
  { name: "seq", kind: "integer" },
  { name: "feed", kind: "text" },
  { name: "slot", kind: "text" },
  { name: "page", kind: "integer" },
  { name: "endpoint", kind: "text" },
  { name: "request", kind: "text" },
  { name: "cursor", kind: "text" },
  { name: "observed_at", kind: "text" },
  { name: "status", kind: "integer" },
  { name: "base_url", kind: "text" },
  { name: "encoding", kind: "text" },
  { name: "body_sha256", kind: "text" },
  { name: "chain_sha256", kind: "text" },
  { name: "body_bytes", kind: "integer" },
  { name: "stored_bytes", kind: "integer" },
  { name: "link_sha256", kind: "text" }
]

export const segmentFolder = (dataDir: string, record: SegmentRecord): string =>
  join(archivePath(dataDir), segmentName(record))

/** Returns a path as text in a statement of DuckDB. */
export const quotedPath = (path: string): string => `'${path.replaceAll("'", "''")}'`

const damaged = ({ first_seq }: SegmentRecord, path: string, why: string): LogDamaged =>
  new LogDamaged({ seq: first_seq, why: `${path} ${why}` })

const filesOf = (folder: string, record: SegmentRecord) => [
  {
    path: join(folder, OBSERVATIONS_FILE),
    bytes: record.observations_bytes,
    sha256: record.observations_sha256
  },
  { path: join(folder, PIECES_FILE), bytes: record.pieces_bytes, sha256: record.pieces_sha256 }
]

const unreadable = (path: string) => (error: unknown) =>
  new StorageFailed({ operation: `reading ${path}`, why: whyOf(error), code: codeOf(error), cause: error })

/** Fails with `LogDamaged` if a file in the folder of a segment is missing or has another size than is recorded. */
export const checkSizes = (
  folder: string,
  record: SegmentRecord
): Effect.Effect<void, StorageFailed | LogDamaged> =>
  Effect.forEach(
    filesOf(folder, record),
    ({ bytes, path }) =>
      Effect.tryPromise({ try: () => stat(path), catch: unreadable(path) }).pipe(
        Effect.catchIf(
          ({ code }) => code === "ENOENT",
          () => damaged(record, path, "is missing")
        ),
        Effect.filterOrFail(
          ({ size }) => size === bytes,
          ({ size }) => damaged(record, path, `has ${size} bytes and had ${bytes} when it was sealed`)
        )
      ),
    { discard: true }
  )

/** Returns the SHA-256 of a file in lower-case hex. */
export const fileSha256 = (path: string): Effect.Effect<string, StorageFailed> =>
  Effect.tryPromise({
    try: () => sha256Of(path),
    catch: unreadable(path)
  })

/** Fails with `LogDamaged`, which names the file, if a file in the folder of a segment is not the recorded one, byte for byte. */
export const checkFiles = (
  folder: string,
  record: SegmentRecord
): Effect.Effect<void, StorageFailed | LogDamaged> =>
  Effect.zipRight(
    checkSizes(folder, record),
    Effect.forEach(
      filesOf(folder, record),
      ({ path, sha256 }) =>
        Effect.filterOrFail(
          fileSha256(path),
          (found) => found === sha256,
          () => damaged(record, path, "is not the file that was sealed")
        ),
      { discard: true }
    )
  )
