/** One export under way, as the files that write its parts see it. */
import { Effect } from "effect"
import { ExportFailed, type StorageFailed } from "../../../domain/errors.ts"
import type { ExportOptions } from "../../../services/Exporter.ts"
import { whyOf } from "../../files/why.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import type { Earlier } from "../query/pruned.ts"
import type { Building } from "./output.ts"

export type Format = "parquet" | "csv"

/** What the parts of one export share. */
export interface Job {
  readonly building: Building
  readonly duck: Duck<ExportFailed>
  readonly snapshot: Snapshot
  readonly format: Format
  readonly options: ExportOptions
  /** What only the export before this one holds. CSV files hold what the tables hold. */
  readonly earlier: ReadonlyMap<string, Earlier>
}

export interface Written {
  readonly rows: number
  /** Below the folder. */
  readonly paths: ReadonlyArray<string>
}

export type Writing = Effect.Effect<Written, ExportFailed | StorageFailed>

export const report = (job: Job, table: string, fraction: () => number | undefined) => (rows: number) =>
  job.options.onProgress?.({ table, rows, fraction: fraction() }) ?? Effect.void

export const io = <A>(job: Job, run: () => Promise<A>): Effect.Effect<A, ExportFailed> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => new ExportFailed({ path: job.building.path, why: whyOf(error), cause: error })
  })

export const countRows = (duck: Duck<ExportFailed>, select: string): Effect.Effect<number, ExportFailed> =>
  duck.run(`SELECT count(*) FROM (${select})`).pipe(
    Effect.flatMap((result) => Effect.promise(() => result.getRows())),
    Effect.map(([row]) => Number(row?.[0] ?? 0))
  )
