/** The files of the archive and the lake that a moment of the database lists, and the end of its log. */
import { Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import type { BackupHead } from "../../services/Backups.ts"
import { segmentName } from "../archive/segment.ts"
import type { Snapshot, SqliteRow } from "../sqlite/database/Snapshot.ts"
import { GENESIS } from "../sqlite/log/chain.ts"

/** A file as the database records it. */
export interface RecordedFile {
  /** The path below the data directory, with `/`. */
  readonly path: string
  readonly rows: number | null
  readonly bytes: number | null
  /** `null` if the database has no hash of the file, but only of the files beside it. */
  readonly sha256: string | null
}

const REPAIRS: Readonly<Record<string, string>> = {
  archive: "see `kalshi log verify`, and put the segment back from an earlier backup",
  lake: "`kalshi replay` makes the lake anew from the log"
}

/** Says what to do about a file that is damaged or missing. */
export const repairOf = ({ path }: RecordedFile): string => REPAIRS[path.split("/")[0] ?? ""] ?? ""

/** Runs a query of a table that directories of earlier versions do not have. */
const rowsOf = (snapshot: Snapshot, table: string, sql: string) =>
  Effect.flatMap(
    snapshot.query("SELECT 1 FROM sqlite_schema WHERE name = ?", [table]),
    ([found]): Effect.Effect<ReadonlyArray<SqliteRow>, StorageFailed> =>
      found === undefined ? Effect.succeed([]) : snapshot.query(sql)
  )

const segmentFiles = ([
  first,
  last,
  pieces,
  rowBytes,
  rowHash,
  pieceBytes,
  pieceHash
]: SqliteRow): ReadonlyArray<RecordedFile> => {
  const folder = `archive/${segmentName({ first_seq: Number(first), last_seq: Number(last) })}`
  return [
    {
      path: `${folder}/observations.parquet`,
      rows: Number(last) - Number(first) + 1,
      bytes: Number(rowBytes),
      sha256: String(rowHash)
    },
    {
      path: `${folder}/pieces.parquet`,
      rows: Number(pieces),
      bytes: Number(pieceBytes),
      sha256: String(pieceHash)
    },
    { path: `${folder}/manifest.json`, rows: null, bytes: null, sha256: null }
  ]
}

/** Returns the files that the database lists: sealed segments, and the files of the lake that are not retired. */
export const recordedFiles = (
  snapshot: Snapshot
): Effect.Effect<ReadonlyArray<RecordedFile>, StorageFailed> =>
  Effect.gen(function* () {
    const segments = yield* rowsOf(
      snapshot,
      "archive_segments",
      `SELECT first_seq, last_seq, pieces, observations_bytes, observations_sha256, pieces_bytes, pieces_sha256
       FROM archive_segments ORDER BY first_seq`
    )
    const lake = yield* rowsOf(
      snapshot,
      "lake_files",
      "SELECT path, rows, bytes, sha256 FROM lake_files WHERE retired_at IS NULL ORDER BY path"
    )
    return [
      ...segments.flatMap(segmentFiles),
      ...lake.map(([path, rows, bytes, sha256]) => ({
        path: `lake/${path}`,
        rows: Number(rows),
        bytes: Number(bytes),
        sha256: String(sha256)
      }))
    ]
  })

/** Returns the last observation of the log, in SQLite or in the archive. */
export const headOf = (snapshot: Snapshot): Effect.Effect<BackupHead, StorageFailed> =>
  Effect.gen(function* () {
    const hot = yield* snapshot.query(
      "SELECT seq, chain_sha256, observed_at FROM observations ORDER BY seq DESC LIMIT 1"
    )
    const sealed = yield* rowsOf(
      snapshot,
      "archive_segments",
      "SELECT last_seq, chain_sha256, last_observed_at FROM archive_segments ORDER BY first_seq DESC LIMIT 1"
    )
    const [last] = [...hot, ...sealed].sort(([one], [other]) => Number(other) - Number(one))
    if (last === undefined) return { seq: 0, chainSha256: GENESIS, observedAt: null }
    const [seq, chain, observedAt] = last
    return { seq: Number(seq), chainSha256: String(chain), observedAt: String(observedAt) }
  })
