/**
 * Exact decimals. The exchange sends prices and contract counts as decimal strings of up to six
 * fractional digits; here they are whole millionths in a JavaScript integer, so no digit drifts.
 *
 * A price of `"0.0690"` dollars is 69_000 millionths (micro-dollars), which is 6.9 cents.
 * A count of `"2.50"` contracts is 2_500_000 millionths.
 */

/** Whole millionths of a unit (a dollar or a contract). Always a safe integer, and never the float's -0. */
export type Millionths = number

const MILLION = 1_000_000
const MILLIONTHS_PER_CENT = 10_000

/** What has ten integer digits and is 2^53 millionths (9.007e9 units) or more is refused below. */
const DECIMAL = /^-?\d{1,10}(?:\.\d+)?$/

/** Reads a wire decimal such as `"0.0690"`; `undefined` when it is not one, or would lose a digit. */
export const parseDecimal = (text: string): Millionths | undefined => {
  if (!DECIMAL.test(text)) return undefined
  const dot = text.indexOf(".")
  if (dot !== -1 && text.length - dot - 1 > 6 && /[1-9]/.test(text.slice(dot + 7))) return undefined
  const units = Math.round(Number(text) * MILLION) + 0
  // `Number(text)` is within half an ulp, so rounding recovers the exact millionths while they are safe.
  return Math.abs(units) < Number.MAX_SAFE_INTEGER / 4 ? units : parseLarge(text, dot)
}

/**
 * Beyond 2^51 millionths a float product may round wrongly, so the digits are put together instead; and
 * beyond 2^52 the double of `toCents` tells ten-thousandths of a cent apart no more, only whole hundredths.
 */
const parseLarge = (text: string, dot: number): Millionths | undefined => {
  const integer = dot === -1 ? text : text.slice(0, dot)
  const fraction = dot === -1 ? "" : text.slice(dot + 1, dot + 7)
  const units = Number(BigInt(integer + fraction.padEnd(6, "0")))
  if (!Number.isSafeInteger(units)) return undefined
  return Math.abs(units) < 2 ** 52 || units % 100 === 0 ? units : undefined
}

const whole = (units: number, millionths: number): Millionths | undefined =>
  Number.isInteger(units) && Number.isSafeInteger(units * millionths) ? units * millionths + 0 : undefined

/** Whole cents of the API before 2025-08 (`45`) as micro-dollars; `undefined` when not an integer. */
export const fromCents = (cents: number): Millionths | undefined => whole(cents, MILLIONTHS_PER_CENT)

/** Whole contracts of the API before 2026-03 (`1200`) as millionths; `undefined` when not an integer. */
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
