/**
 * The archive: old observations of the log, moved from SQLite into segments of Parquet files. A segment is a
 * contiguous range of seqs; its bodies are stored as pieces, each distinct piece once. Nothing is lost on the way: an
 * observation is in SQLite until a segment that holds it has been read back from the disk and compared.
 */
import { Context, type Effect } from "effect"
import type { LogDamaged, MaintenanceLocked, StorageFailed } from "../domain/errors.ts"

/** A sealed segment, as `archive_segments` records it. */
export interface SealedSegment {
  readonly firstSeq: number
  readonly lastSeq: number
  /** The distinct pieces of its bodies. */
  readonly pieces: number
  /** The bytes of its bodies as they were received. */
  readonly bodyBytes: number
  /** The bytes that its bodies took in SQLite. */
  readonly storedBytes: number
  /** The bytes of its Parquet files. */
  readonly fileBytes: number
}

export interface ArchiveOptions {
  /** Observations that came before this time are sealed: UTC, `2026-11-22T12:15:00.000000Z`. */
  readonly before: string
  /** Called with the number of observations that have been sealed or removed so far, and of all that will be. */
  readonly onProgress?: (done: number, of: number) => Effect.Effect<void>
}

export interface ArchiveReport {
  /** The segments that this call has sealed, in the order of their seqs. */
  readonly segments: ReadonlyArray<SealedSegment>
  /** The observations that were removed from SQLite. */
  readonly removed: number
  /** The bytes by which the database file becomes smaller. */
  readonly freedBytes: number
}

export class LogArchive extends Context.Tag("kalshi-tape/LogArchive")<
  LogArchive,
  {
    /**
     * Seals the observations that came before a time, segment by segment, removes what is sealed from SQLite, and
     * gives its space back in small steps. A call that dies leaves every observation whole in SQLite or in the
     * archive, and the next call goes on. It works beside the writer of the data directory, and holds the lock of
     * maintenance.
     */
    readonly archive: (
      options: ArchiveOptions
    ) => Effect.Effect<ArchiveReport, StorageFailed | LogDamaged | MaintenanceLocked>
  }
>() {}
