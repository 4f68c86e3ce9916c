/** Where DuckDB gets the rows of a public table from. */
import type { Effect } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import type { SlotSeconds } from "../../../domain/units/time.ts"
import type { Bounds } from "./bounds.ts"

/** The slots from one to another, both included. */
export interface SlotRange {
  readonly from: SlotSeconds
  readonly to: SlotSeconds
}

/** A month of slots, in UTC. */
export interface SlotMonth {
  /** `2026-11` */
  readonly month: string
  readonly range: SlotRange
}

export interface StageOptions {
  /** The columns to read. */
  readonly columns: ReadonlyArray<string>
  /** The slots to read, of a table with a column `snapshot_time`. By default all rows are read. */
  readonly range?: SlotRange | undefined
  /** Rows outside of the bounds may be left out. */
  readonly bounds?: Bounds | undefined
  /** The seq after which the rows were read from the log, of a table of the lake. By default all rows are read. */
  readonly after?: number | undefined
  /** The seq up to which the rows were read from the log, of a table of the lake. By default all rows are read. */
  readonly upTo?: number | undefined
  /** The name of the view in SQL. By default it is the table's name in the schema `main`. */
  readonly view?: string
  /** Leaves times as the text that they are in SQLite, the empty ones too. */
  readonly timesAsText?: boolean
  /** Called with the number of rows so far and, where it is known, with the fraction that they are of all. */
  readonly onRows?: (rows: number, fraction?: number) => Effect.Effect<void>
}

export interface TableSource<E> {
  /**
   * Reads rows into DuckDB, in the place of those read before, and returns their number. The rows are in the
   * schema `staged` then, and a view has all columns of the table. Reading one of those that were not asked for fails.
   */
  readonly stage: (options: StageOptions) => Effect.Effect<number, E | StorageFailed>
  /** The months of a table that is exported and staged a month at a time, in the order of time. */
  readonly months?: Effect.Effect<ReadonlyArray<SlotMonth>, StorageFailed>
}
