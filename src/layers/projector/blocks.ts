/** Many rows a statement: each has its way through Effect and SQLite to go, and takes thousands of values on it. */
import type { Cell } from "../../domain/read/projection.ts"
import type { Cells } from "../../services/Interpreter.ts"

/** Rows a statement: a page of a thousand is two of them, any other number a dozen at most. */
const BLOCKS = [500, 100, 20, 4, 1]

/** What SQLite takes in one statement. */
const PARAMETERS_MAX = 32_766

/** SQLite's driver takes values one by one or as a list, which spares a copy of each at every step to it. */
export interface Block {
  /** The place of its first row. */
  readonly from: number
  /** How many rows, one of {@link BLOCKS}. */
  readonly rows: number
  readonly values: Array<Cell>
}

/**
 * Of values that an effect was made of. V8 puts a function that is assigned to a property among its old objects, and
 * keeps all that it refers to until the next full collection; Effect's regions that cannot be interrupted are made of
 * such functions. The rows of a page, copied from one half of the nursery to the other, took a third of its time.
 */
export const letGo = (values: Array<Cell>) => {
  values.length = 0
}

/** Each block is let go when the next is asked for. */
export function* blocksOf(cells: Cells, width: number): Generator<Block> {
  for (let at = 0; at < cells.length; ) {
    const rows = BLOCKS.find((rows) => rows * width <= Math.min(cells.length - at, PARAMETERS_MAX)) as number
    const end = at + rows * width
    const values = new Array<Cell>(end - at)
    for (let i = 0; i < values.length; i++) values[i] = cells[at + i] as Cell
    yield { from: at / width, rows, values }
    letGo(values)
    at = end
  }
}

/** A statement for each size of block, written around as many lists of values. */
export const statements = (
  width: number,
  around: (values: string) => string,
  listOf = (_place: number, values: string) => `(${values})`
): ReadonlyMap<number, string> => {
  const values = Array(width).fill("?").join(", ")
  return new Map(
    BLOCKS.map((rows) => [
      rows,
      around(`VALUES ${Array.from({ length: rows }, (_, place) => listOf(place, values)).join(", ")}`)
    ])
  )
}
