/**
 * Pseudo-random choices as pure functions: each choice is a hash of a key and a salt. The same seed therefore
 * gives the same exchange whatever was requested before, and any time can be computed on its own.
 */

/** An unsigned 32-bit key. A child's key is its parent's key mixed with an index of the child. */
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

/** Returns a number in [0, 1). */
export const unit = (key: Key, salt: number): number => mix(key, salt) / 4_294_967_296

/** Returns a whole number in [low, high], both included. */
export const whole = (key: Key, salt: number, low: number, high: number): number =>
  low + Math.floor(unit(key, salt) * (high - low + 1))

export type NonEmpty<A> = readonly [A, ...Array<A>]

/** Returns an element of the list, each with the same probability. */
export const pick = <A>(key: Key, salt: number, list: NonEmpty<A>): A => at(list, mix(key, salt))

/** Returns the element at the index modulo the length of the list. */
export const at = <A>(list: NonEmpty<A>, index: number): A => list[index % list.length] ?? list[0]

/**
 * Returns letters like those of spreadsheet columns, at least three: 0 is AAA, 1 is AAB. Distinct numbers
 * give distinct letters.
 */
export const letters = (n: number): string => {
  let text = ""
  for (let rest = n, place = 0; place < 3 || rest > 0; place++, rest = Math.floor(rest / 26)) {
    text = String.fromCharCode(65 + (rest % 26)) + text
  }
  return text
}

/** Returns twelve upper-case hexadecimal digits of a key, as the tickers of combos contain them. */
export const hex = (key: Key): string =>
  (
    mix(key, 71).toString(16).padStart(8, "0") + mix(key, 72).toString(16).padStart(8, "0").slice(0, 4)
  ).toUpperCase()
