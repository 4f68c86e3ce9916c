/**
 * Writes the tables out as files that other tools read. An export is one moment of the database, whole or
 * not at all: it is built beside the output folder and takes its place in the end, so a failure or a kill
 * leaves the earlier export as it was.
 */
import { Context, type Effect } from "effect"
import type { ExportFailed, NoDatabase, StorageFailed } from "../domain/errors.ts"

export interface ExportProgress {
  readonly table: string
  /** Rows of this table read so far. */
  readonly rows: number
  /** The fraction of the table that has been read, from 0 to 1; `undefined` where its size is not known. */
  readonly fraction: number | undefined
}

export interface ExportOptions {
  /** The folder of the export. It is made if it is missing, and refused if it holds files that no export wrote. */
  readonly output: string
  /** Names of tables; all but `observations` when left out. Other tables of an earlier export there stay. */
  readonly tables?: ReadonlyArray<string>
  readonly onProgress?: (progress: ExportProgress) => Effect.Effect<void>
}

export interface ExportedTable {
  readonly table: string
  readonly rows: number
  readonly bytes: number
  readonly files: number
}

export interface ExportReport {
  /** Absolute path of the folder. */
  readonly path: string
  readonly tables: ReadonlyArray<ExportedTable>
  readonly rows: number
  readonly bytes: number
  readonly elapsedMillis: number
}

export class Exporter extends Context.Tag("kalshi-tape/Exporter")<
  Exporter,
  {
    /**
     * `price_snapshots/month=YYYY-MM/prices.parquet` (the UTC month of `snapshot_time`, sorted by ticker and
     * snapshot_time) and one `<table>.parquet` for each other table, sorted by ticker and then by its key. Prices
     * and counts are DECIMAL, times TIMESTAMP WITH TIME ZONE, flags BOOLEAN, all exact; only an empty time becomes
     * NULL. The rows are those of the lake and of the observations after it, of one moment.
     */
    readonly exportParquet: (
      options: ExportOptions
    ) => Effect.Effect<ExportReport, ExportFailed | StorageFailed | NoDatabase>
    /**
     * One `<table>.csv` a table, with a header, sorted by its key: times and flags as the tables hold them,
     * decimals exact and without trailing zeros, NULL as nothing and the empty string as `""`. The rows
     * are those of `exportParquet`.
     */
    readonly exportCsv: (
      options: ExportOptions
    ) => Effect.Effect<ExportReport, ExportFailed | StorageFailed | NoDatabase>
  }
>() {}
