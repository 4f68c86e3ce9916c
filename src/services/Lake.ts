/**
 * The lake: Parquet files below `lake/` that hold the rows of the tables up to the watermark. They are sorted by
 * ticker and time, so that a question about a part reads a part. Each key of a fact is in the lake at most once.
 */
import { Context, type Effect } from "effect"
import type { MaintenanceLocked, NoDatabase, StorageFailed } from "../domain/errors.ts"

export interface FlushedTable {
  readonly table: string
  /** The rows that were added; rows that the lake had already are not counted. */
  readonly rows: number
  /** Rows that replaced others of the same key. */
  readonly replaced: number
  readonly files: number
  readonly bytes: number
}

export interface FlushReport {
  /** The watermark: the seq of the log up to which the lake has all rows. */
  readonly seq: number
  readonly tables: ReadonlyArray<FlushedTable>
}

export interface CompactionReport {
  /** The files that were replaced. */
  readonly before: number
  /** The files that took their places. */
  readonly after: number
  /** The bytes of the files before, and after. */
  readonly bytesBefore: number
  readonly bytesAfter: number
  /** The replaced files that were deleted from the disk. */
  readonly removed: number
}

export class Lake extends Context.Tag("kalshi-tape/Lake")<
  Lake,
  {
    /**
     * Writes the rows of the observations after the watermark, and records the new watermark with the list of files
     * in one transaction. If it dies before that, the lake is as it was. Holds the lock of maintenance, and works
     * beside the writer of the data directory.
     */
    readonly flush: Effect.Effect<FlushReport, StorageFailed | NoDatabase | MaintenanceLocked>
    /**
     * Replaces the small files of days that are over by files of a day, and those of months that are over by files
     * of a month. The replaced files are deleted an hour later, when no query reads them any more. Like `flush`, it
     * holds the lock of maintenance.
     */
    readonly compact: Effect.Effect<CompactionReport, StorageFailed | NoDatabase | MaintenanceLocked>
  }
>() {}
