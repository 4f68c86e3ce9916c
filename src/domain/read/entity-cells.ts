/**
 * Converts the fields of an entity to cells of its row. A field that could not be read becomes `KEPT`, so
 * that the table keeps the last known value.
 */
import * as Cells from "./cells.ts"
import type { Said } from "./markets/market.ts"
import { type Cell, type EntityCell, KEPT } from "./projection.ts"
import { type Told, unread } from "./told.ts"

const orKept =
  <A>(cellOf: (value: Said<A>) => Cell) =>
  (value: Told<A>): EntityCell =>
    value === unread ? KEPT : cellOf(value)

export const cell = orKept(Cells.cell)
export const boolean = orKept(Cells.boolean)
/** Converts micro-dollars to cents. */
export const cents = orKept(Cells.cents)
/** Converts millionths of a contract to contracts. */
export const contracts = orKept(Cells.contracts)

/** The columns of an entity table: the name of each column, and the function that computes its cell. */
export type Columns<A> = ReadonlyArray<readonly [name: string, of: (item: A) => EntityCell]>

/** Builds a function that computes an item's row, with the cells in the order of the columns. */
export const rowOf = <A>(columns: Columns<A>): ((item: A) => ReadonlyArray<EntityCell>) => {
  const cells = columns.map(([, of]) => of)
  return (item) => {
    const row = new Array<EntityCell>(cells.length)
    for (let i = 0; i < cells.length; i++) row[i] = (cells[i] as (item: A) => EntityCell)(item)
    return row
  }
}
