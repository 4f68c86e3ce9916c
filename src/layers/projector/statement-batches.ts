/**
 * Statements that take many rows at once. A statement costs its way through Effect and SQLite's driver, so a page
 * of 1,000 rows is written in two statements instead of a thousand.
 */
import type * as SqlError from "@effect/sql/SqlError"
import { Effect } from "effect"
import type { Cell } from "../../domain/read/column.ts"
import { letTimersRun } from "../effects/let-timers-run.ts"
import type { Database } from "../sqlite/database/Database.ts"

export type Sql = Database["Type"]["sql"]

/** The numbers of rows that a statement can take. A page of 1,000 rows needs two, other numbers a dozen at most. */
const SIZES = [500, 100, 20, 4, 1]

/** The largest number of parameters that SQLite accepts in a statement. */
const PARAMETERS_MAX = 32_766

export interface StatementOptions {
  /** The number of cells in a row. */
  readonly width: number
  /** Builds the statement around its `VALUES (?, ?), (?, ?), …`. */
  readonly around: (values: string) => string
}

type Rows = ReadonlyArray<ReadonlyArray<Cell>>

/** Runs a statement for some rows, and returns what it returns. `others` follow after the cells of the rows. */
export type BatchedStatement<Result> = (
  rows: Rows,
  ...others: ReadonlyArray<Cell>
) => Effect.Effect<ReadonlyArray<Result>, SqlError.SqlError>

/**
 * Makes a function that divides rows into batches and runs a statement for each. Timers can run between two
 * batches, which take up to about ten milliseconds each.
 */
export const batched = <Result extends object = never>(
  sql: Sql,
  { around, width }: StatementOptions
): BatchedStatement<Result> => {
  const row = `(${Array(width).fill("?").join(", ")})`
  const statements = SIZES.filter((size) => size * width <= PARAMETERS_MAX).map((size) => ({
    size,
    statement: around(`VALUES ${Array(size).fill(row).join(", ")}`)
  }))
  return (rows, ...others) =>
    Effect.gen(function* () {
      const results: Array<Result> = []
      for (let from = 0; from < rows.length; ) {
        const left = rows.length - from
        const { size, statement } = statements.find(({ size }) => size <= left) as (typeof statements)[number]
        const cells = cellsOf(rows, from, from + size)
        for (const one of yield* sql.unsafe<Result>(statement, [cells, ...others])) results.push(one)
        from += size
        if (from < rows.length) yield* letTimersRun
      }
      return results
    })
}

/** Returns the cells of some rows as one list, which the driver takes like single arguments. */
const cellsOf = (rows: Rows, from: number, to: number): ReadonlyArray<Cell> => {
  const cells: Array<Cell> = []
  for (let i = from; i < to; i++) for (const cell of rows[i] as ReadonlyArray<Cell>) cells.push(cell)
  return cells
}
