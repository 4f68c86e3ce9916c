/**
 * Exact decimals. The exchange sends prices and contract counts as decimal strings of up to six
 * fractional digits; here they are whole millionths in a JavaScript integer, so no digit drifts.
 *
 * A price of `"0.0690"` dollars is 69_000 millionths (micro-dollars), which is 6.9 cents.
 * A count of `"2.50"` contracts is 2_500_000 millionths.
 */

/** Whole millionths of a unit (a dollar or a contract): always a safe integer, and never -0. */
export type Millionths = number

const MILLION = 1_000_000
const MILLIONTHS_PER_CENT = 10_000

/**
 * The largest number of integer digits. A number with ten digits may still be refused below, if it is 2^53
 * millionths (9.007e9 units) or more.
 */
const INTEGER_DIGITS_MAX = 10
const FRACTION_DIGITS = 6

const MINUS = 45
const DOT = 46
const ZERO = 48

/** Returns the index at which the digits that begin at `from` end. */
const endOfDigits = (text: string, from: number): number => {
  let end = from
  while (end < text.length && text.charCodeAt(end) >= ZERO && text.charCodeAt(end) <= ZERO + 9) end++
  return end
}

/**
 * Reads a wire decimal such as `"0.0690"`; `undefined` when it is not one, or would lose a digit. Digit by
 * digit in whole numbers: nothing is rounded, and it takes half as long as by way of a float.
 */
export const parseDecimal = (text: string): Millionths | undefined => {
  const from = text.charCodeAt(0) === MINUS ? 1 : 0
  const dot = endOfDigits(text, from)
  if (dot === from || dot - from > INTEGER_DIGITS_MAX) return undefined
  const hasFraction = dot < text.length
  if (hasFraction && (text.charCodeAt(dot) !== DOT || dot + 1 === text.length)) return undefined
  if (hasFraction && endOfDigits(text, dot + 1) !== text.length) return undefined
  let units = 0
  for (let i = from; i < dot; i++) units = units * 10 + text.charCodeAt(i) - ZERO
  for (let i = dot + 1; i <= dot + FRACTION_DIGITS; i++) {
    units = units * 10 + (i < text.length ? text.charCodeAt(i) - ZERO : 0)
  }
  for (let i = dot + FRACTION_DIGITS + 1; i < text.length; i++) {
    if (text.charCodeAt(i) !== ZERO) return undefined
  }
  return isTold(units) ? (from === 1 ? 0 - units : units) : undefined
}

/** Beyond 2^52 the double of `toCents` tells ten-thousandths of a cent apart no more, only whole hundredths. */
const isTold = (units: number): boolean =>
  Number.isSafeInteger(units) && (units < 2 ** 52 || units % 100 === 0)

const whole = (units: number, millionths: number): Millionths | undefined =>
  Number.isInteger(units) && Number.isSafeInteger(units * millionths) ? units * millionths + 0 : undefined

/**
 * Converts whole cents, as the API sent them before 2025-08 (`45`), to micro-dollars; `undefined` if the
 * value is not an integer.
 */
export const fromCents = (cents: number): Millionths | undefined => whole(cents, MILLIONTHS_PER_CENT)

/**
 * Converts whole contracts, as the API sent them before 2026-03 (`1200`), to millionths; `undefined` if the
 * value is not an integer.
 */
export const fromContracts = (contracts: number): Millionths | undefined => whole(contracts, MILLION)

/** Micro-dollars as the cents of the tables (69_000 → 6.9): the double nearest to the exact decimal. */
export const toCents = (price: Millionths): number => price / MILLIONTHS_PER_CENT

/** Millionths as the contracts of the tables (2_500_000 → 2.5): the double nearest to the exact decimal. */
export const toContracts = (count: Millionths): number => count / MILLION

/** Cents of the tables back as micro-dollars (6.9 → 69_000); exact below 2^51. */
export const ofCents = (cents: number): Millionths => Math.round(cents * MILLIONTHS_PER_CENT)

/** Contracts of the tables back as millionths (2.5 → 2_500_000); exact below 2^51. */
export const ofContracts = (contracts: number): Millionths => Math.round(contracts * MILLION)

/** One dollar, the payout of a contract that settles in its holder's favour, in micro-dollars. */
export const ONE_DOLLAR: Millionths = MILLION
