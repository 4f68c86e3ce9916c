/**
 * A segment of the archive: a contiguous range of the log in `archive/<first>-<last>/`, in two Parquet files that any
 * DuckDB reads. `observations.parquet` has a row for each observation, in the order of `seq`: the columns of
 * `observations` but the body, and in its place `pieces`, the ids of the pieces that the body is made of, in order.
 * `pieces.parquet` has each distinct piece once. `manifest.json` beside them says what its row in `archive_segments`
 * says, so that the files can be checked without the database.
 */
import type { Effect, Scope, Stream } from "effect"
import type { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import type { LogRow } from "../sqlite/log/log-row.ts"

/** A row of `archive_segments`. */
export interface SegmentRecord {
  readonly first_seq: number
  readonly last_seq: number
  readonly first_observed_at: string
  readonly last_observed_at: string
  readonly pieces: number
  /** The bytes of the bodies as they were received. */
  readonly body_bytes: number
  /** The bytes that the bodies took in `observations`. */
  readonly stored_bytes: number
  readonly observations_bytes: number
  /** Lower-case hex of the SHA-256 of the file. */
  readonly observations_sha256: string
  readonly pieces_bytes: number
  readonly pieces_sha256: string
  /** The link of the last observation of the segment before; 64 zeros for the first segment. */
  readonly previous_link_sha256: string
  /** The link of the last observation: see `ArchivedRow`. */
  readonly link_sha256: string
  /** The hash of the last observation in the chain of the log, which the next observation's hash covers. */
  readonly chain_sha256: string
  readonly sealed_at: string
}

/** The columns of `archive_segments`. */
export const SEGMENT_COLUMNS: ReadonlyArray<keyof SegmentRecord> = [
  "first_seq",
  "last_seq",
  "first_observed_at",
  "last_observed_at",
  "pieces",
  "body_bytes",
  "stored_bytes",
  "observations_bytes",
  "observations_sha256",
  "pieces_bytes",
  "pieces_sha256",
  "previous_link_sha256",
  "link_sha256",
  "chain_sha256",
  "sealed_at"
]

/** A row of `observations.parquet` without its list of pieces. */
export interface ArchivedRow extends Omit<LogRow, "body"> {
  /** The bytes of the body as it was received. */
  readonly body_bytes: number
  /** The bytes that the body took in `observations`. */
  readonly stored_bytes: number
  /**
   * The SHA-256 over the link before and every other column but the pieces. The chain of the log covers the stored
   * bytes, which the archive does not have; the link takes the place of its recomputation. It covers
   * `body_sha256` and `chain_sha256`.
   */
  readonly link_sha256: string
}

/** An archived observation with its body, as it was received. */
export interface ArchivedObservation extends ArchivedRow {
  readonly body: Uint8Array
}

/** The seqs to read of a segment, both included. */
export interface SegmentRange {
  readonly from: number
  readonly to: number
  /** The seqs between the two that are read. By default all are. */
  readonly only?: ReadonlyArray<number>
}

/** An open segment. Batches are in the order of `seq`, and of bounded memory. */
export interface Segment {
  readonly record: SegmentRecord
  readonly rows: (
    range: SegmentRange
  ) => Stream.Stream<ReadonlyArray<ArchivedRow>, StorageFailed | LogDamaged>
  /** The bodies are not compared with their hashes: the caller does that. */
  readonly observations: (
    range: SegmentRange
  ) => Stream.Stream<ReadonlyArray<ArchivedObservation>, StorageFailed | LogDamaged>
}

/**
 * Opens a segment of a data directory. Fails with `LogDamaged`, which names the segment, if a file is missing or is
 * not the recorded one by its size.
 */
export type OpenSegment = (
  dataDir: string,
  record: SegmentRecord
) => Effect.Effect<Segment, StorageFailed | LogDamaged, Scope.Scope>

/** The folder of a segment below the archive. */
export const segmentName = ({ first_seq, last_seq }: Pick<SegmentRecord, "first_seq" | "last_seq">): string =>
  `${first_seq}-${last_seq}`
