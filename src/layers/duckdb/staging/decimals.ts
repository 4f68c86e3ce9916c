/**
 * Decimals from SQLite into the whole numbers that DuckDB's DECIMAL holds, to the last digit.
 *
 * SQLite can pack a column of a thousand rows into one JSON array three times faster than it can hand over
 * the values one by one, and reading the bytes of that is faster than JSON.parse. It prints a REAL with 17 digits, so the text says exactly which double it is; the
 * digit after the last one wanted rounds, which undoes the doubles' own error (4294967295.9999991).
 */

const COMMA = 44
const BRACKET = 93
const MINUS = 45
const POINT = 46
const ZERO = 48
const NINE = 57
/** The first letter of `null`, and how far it is to the value after it. */
const NULL = 110
const NULL_STEP = 5
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6] as const

/** Whole units of 10^-scale in a double: 6.9 of scale 4 is 69,000. */
export const scaled = (value: number, scale: number): number => {
  const whole = Math.trunc(value)
  const power = POWERS[scale] ?? 10 ** scale
  // Apart, so that the product of a large whole part cannot round the fraction away.
  return whole * power + Math.round((value - whole) * power)
}

/** A column of a batch: whole units, and one bit a row that is 1 where the value is not NULL. */
export interface Unpacked {
  readonly values: Float64Array
  readonly valid: Uint32Array
  nulls: boolean
  /** The largest magnitude, to be held against the width of the column. */
  largest: number
}

export const makeUnpacked = (rows: number): Unpacked => ({
  values: new Float64Array(rows),
  // Whole 64-bit words: that is how DuckDB takes validity.
  valid: new Uint32Array(2 * Math.ceil(rows / 64)),
  nulls: false,
  largest: 0
})

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE

/** Reads a JSON array of `count` numbers and nulls, in whole units of 10^-scale. */
export const unpack = (text: Uint8Array, count: number, scale: number, into: Unpacked): void => {
  const { values, valid } = into
  const length = text.length
  const power = POWERS[scale] ?? 10 ** scale
  valid.fill(0xffffffff)
  into.nulls = false
  let largest = 0
  // Behind the opening bracket.
  let at = 1
  for (let row = 0; row < count; row++) {
    const start = at
    let byte = text[at] as number
    if (byte === NULL) {
      valid[row >> 5] = (valid[row >> 5] as number) & ~(1 << (row & 31))
      into.nulls = true
      values[row] = 0
      at += NULL_STEP
      continue
    }
    const negative = byte === MINUS
    if (negative) byte = text[++at] as number
    let units = 0
    while (isDigit(byte)) {
      units = units * 10 + (byte - ZERO)
      byte = text[++at] as number
    }
    if (byte === POINT) {
      let digits = 0
      byte = text[++at] as number
      while (digits < scale && isDigit(byte)) {
        units = units * 10 + (byte - ZERO)
        digits += 1
        byte = text[++at] as number
      }
      units *= POWERS[scale - digits] ?? 1
      if (isDigit(byte) && byte >= ZERO + 5) units += 1
      while (isDigit(byte)) byte = text[++at] as number
    } else {
      units *= power
    }
    if (byte !== COMMA && byte !== BRACKET) {
      // An exponent: SQLite prints 0.000001 as 1.0e-06.
      while (at < length && text[at] !== COMMA && text[at] !== BRACKET) at += 1
      units = Math.abs(scaled(Number(new TextDecoder().decode(text.subarray(start, at))), scale))
    }
    if (units > largest) largest = units
    values[row] = negative ? -units : units
    at += 1
  }
  into.largest = largest
}
