/**
 * The values that the rows of a database take from observations before its first one. The tables of a whole
 * log take none. A database that is built from a later range of the log records them, so that it can be
 * merged with the databases of the ranges before.
 */
import type * as SqlError from "@effect/sql/SqlError"
import { Effect } from "effect"
import type { Cell } from "../../domain/read/column.ts"

type Noting = Effect.Effect<void, SqlError.SqlError>

export interface CarryOver {
  /** An entity's row is about to be written, and these columns keep the values of the row before. */
  readonly columnsKept: (table: string, key: Cell, columns: ReadonlyArray<string>) => Noting
  /** The rows of these entities are about to be written with all their columns. */
  readonly rowsReplaced: (table: string, keys: ReadonlyArray<Cell>) => Noting
  /** A row of `quarantine` was written that stands for the same part of an item in every later answer. */
  readonly partQuarantined: (part: {
    readonly seq: number
    readonly projection: string
    readonly item: string
  }) => Noting
}

export const noCarryOver: CarryOver = {
  columnsKept: () => Effect.void,
  rowsReplaced: () => Effect.void,
  partQuarantined: () => Effect.void
}
