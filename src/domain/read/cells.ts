/** Domain values as the cells of a row. SQL has one NULL for both a null and an absent field. */
import { type Millionths, toCents, toContracts } from "../units/fixed.ts"
import type { Said } from "./markets/market.ts"
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
