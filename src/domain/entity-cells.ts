/**
 * Domain values as the cells of a thing's row. What could not be read of a thing that is described again leaves
 * the cell as it is: the last known value stays.
 */
import * as Cells from "./cells.ts"
import type { Said } from "./market.ts"
import { type Cell, type EntityCell, KEPT } from "./projection.ts"
import { type Told, unread } from "./told.ts"

const orKept =
  <A>(cellOf: (value: Said<A>) => Cell) =>
  (value: Told<A>): EntityCell =>
    value === unread ? KEPT : cellOf(value)

export const cell = orKept(Cells.cell)
export const boolean = orKept(Cells.boolean)
/** Micro-dollars → cents. */
export const cents = orKept(Cells.cents)
/** Millionths → contracts. */
export const contracts = orKept(Cells.contracts)

/** One line a column: its name, and where its cell comes from. */
export type Columns<A> = ReadonlyArray<readonly [name: string, of: (item: A) => EntityCell]>

/** Every cell of an item's row, in the order of the columns. */
export const rowOf = <A>(columns: Columns<A>): ((item: A) => ReadonlyArray<EntityCell>) => {
  const cells = columns.map(([, of]) => of)
  return (item) => {
    const row = new Array<EntityCell>(cells.length)
    for (let i = 0; i < cells.length; i++) row[i] = (cells[i] as (item: A) => EntityCell)(item)
    return row
  }
}
