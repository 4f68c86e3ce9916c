/**
 * Chance as a pure function: every random-looking choice of the local exchange is a hash of a key and a salt,
 * so the same seed tells the same story whatever was asked before, and any moment can be computed on its own.
 */

/** An unsigned 32-bit key; a child's key is its parent's key mixed with what tells it apart. */
export type Key = number

/** Mixes two 32-bit words into one (the finaliser of murmur3, run over both). */
export const mix = (a: number, b: number): Key => {
  let h = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b)
  h ^= h >>> 15
  h = Math.imul(h ^ b, 0xc2b2ae35)
  h ^= h >>> 13
  h = Math.imul(h, 0x27d4eb2f)
  return (h ^ (h >>> 16)) >>> 0
}

/** A number in [0, 1). */
export const unit = (key: Key, salt: number): number => mix(key, salt) / 4_294_967_296

/** A whole number in [low, high], both included. */
export const whole = (key: Key, salt: number, low: number, high: number): number =>
  low + Math.floor(unit(key, salt) * (high - low + 1))

export type NonEmpty<A> = readonly [A, ...Array<A>]

/** One of the list, all equally likely. */
export const pick = <A>(key: Key, salt: number, list: NonEmpty<A>): A => at(list, mix(key, salt))

/** The list's element at the index, counted round and round. */
export const at = <A>(list: NonEmpty<A>, index: number): A => list[index % list.length] ?? list[0]

/** Spreadsheet-like letters of at least three places: 0 is AAA, 1 is AAB. Distinct numbers give distinct letters. */
export const letters = (n: number): string => {
  let text = ""
  for (let rest = n, place = 0; place < 3 || rest > 0; place++, rest = Math.floor(rest / 26)) {
    text = String.fromCharCode(65 + (rest % 26)) + text
  }
  return text
}

/** Twelve upper-case hex digits of a key, as combos carry them in their tickers. */
export const hex = (key: Key): string =>
  (
    mix(key, 71).toString(16).padStart(8, "0") + mix(key, 72).toString(16).padStart(8, "0").slice(0, 4)
  ).toUpperCase()
