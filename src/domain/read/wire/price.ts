/**
 * The range of contract prices. A contract pays one dollar; price columns hold values below a hundred
 * dollars, and an export would fail for all rows if one were larger.
 */
import { type Millionths, ONE_DOLLAR } from "../../units/fixed.ts"

/** The upper limit of a price, in dollars. A price is below it. */
const PRICE_DOLLARS_MAX = 100

export const BELOW_PRICES = `below ${PRICE_DOLLARS_MAX} dollars`

export const asPrice = (price: Millionths | undefined): Millionths | undefined =>
  price !== undefined && Math.abs(price) < PRICE_DOLLARS_MAX * ONE_DOLLAR ? price : undefined
