/**
 * The Parquet files of a table: one, or for a table that is exported a month at a time, one for each month, so
 * that no more than a month of it is staged at once.
 */
import { Effect } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import type { SlotMonth, SlotRange, TableSource } from "../staging/table-source.ts"

/** The rows that go into one file. */
export interface Part {
  /** The path of the Parquet file below the folder of the export. */
  readonly path: string
  readonly month?: string
  readonly range?: SlotRange
}

/** The folder of a partitioned table without rows, by the convention of Hive that DuckDB and Spark follow. */
const NO_MONTH = "__HIVE_DEFAULT_PARTITION__"

const pathOf = (table: string, month: string): string => `${table}/month=${month}/prices.parquet`

const monthly = (table: string, months: ReadonlyArray<SlotMonth>): ReadonlyArray<Part> =>
  months.length === 0
    ? [{ path: pathOf(table, NO_MONTH) }]
    : months.map((month) => ({ path: pathOf(table, month.month), ...month }))

export const partsOf = <E>(
  table: string,
  { months }: TableSource<E>
): Effect.Effect<ReadonlyArray<Part>, StorageFailed> =>
  months === undefined
    ? Effect.succeed([{ path: `${table}.parquet` }])
    : Effect.map(months, (found) => monthly(table, found))
