/** Domain values as the cells of a row. SQL has one NULL for both a null and an absent field. */
import { type Millionths, toCents, toContracts } from "./fixed.ts"
import type { Said } from "./market.ts"
import type { Cell } from "./projection.ts"

export const cell = (value: Said<string | number>): Cell => value ?? null

export const boolean = (value: Said<boolean>): Cell =>
  value === undefined || value === null ? null : Number(value)

/** Micro-dollars → cents. */
export const cents = (price: Said<Millionths>): Cell =>
  price === undefined || price === null ? null : toCents(price)

/** Millionths → contracts. */
export const contracts = (count: Said<Millionths>): Cell =>
  count === undefined || count === null ? null : toContracts(count)

/** One line a column: its name, and where its cell comes from. */
export type Columns<A> = ReadonlyArray<readonly [name: string, of: (item: A) => Cell]>

/** Every cell of an item's row, in the order of the columns. */
export const rowOf = <A>(columns: Columns<A>): ((item: A) => ReadonlyArray<Cell>) => {
  const cells = columns.map(([, of]) => of)
  return (item) => {
    const row = new Array<Cell>(cells.length)
    for (let i = 0; i < cells.length; i++) row[i] = (cells[i] as (item: A) => Cell)(item)
    return row
  }
}
