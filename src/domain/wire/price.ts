/**
 * What can be the price of a contract. A contract pays a dollar; columns of prices are made for a hundred, and an
 * export that meets a larger one would fail for all rows.
 */
import { type Millionths, ONE_DOLLAR } from "../fixed.ts"

/** Dollars; a price is below it. */
const PRICE_DOLLARS_MAX = 100

export const BELOW_PRICES = `below ${PRICE_DOLLARS_MAX} dollars`

export const asPrice = (price: Millionths | undefined): Millionths | undefined =>
  price !== undefined && Math.abs(price) < PRICE_DOLLARS_MAX * ONE_DOLLAR ? price : undefined
