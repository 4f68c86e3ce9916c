/**
 * Limits how deeply nested JSON is walked. The parser accepts any depth, but a recursive function overflows
 * the stack at some thousands of levels, and earlier in a worker thread than in the main thread.
 */

/** The largest nesting depth of a field. The deepest field seen is a strike, with a depth of 2. */
export const NESTING_MAX = 32

export const isNestedWithin = (value: unknown, levels = NESTING_MAX): boolean => {
  if (typeof value !== "object" || value === null) return true
  if (levels === 0) return false
  for (const inner of Array.isArray(value) ? value : Object.values(value))
    if (!isNestedWithin(inner, levels - 1)) return false
  return true
}

const EXCERPT_CHARS_MAX = 120

/** The largest number of values in an excerpt. Each value takes at least one character. */
const EXCERPT_VALUES_MAX = EXCERPT_CHARS_MAX

/** Returns the beginning of a value's JSON. The cost is bounded for values of any size and depth. */
export const excerpt = (value: unknown): string => {
  let values = 0
  const beginning = (of: unknown, levels: number): unknown => {
    values += 1
    if (typeof of === "string") return of.slice(0, EXCERPT_CHARS_MAX + 1)
    // JSON cannot express a number that overflows to infinity, so it is shown as text.
    if (typeof of === "number" && !Number.isFinite(of)) return String(of)
    if (typeof of !== "object" || of === null) return of
    if (levels === 0) return "…"
    if (Array.isArray(of)) return firstOf(of, (inner) => beginning(inner, levels - 1))
    return Object.fromEntries(
      firstOf(Object.keys(of), (key) => [
        key.slice(0, EXCERPT_CHARS_MAX + 1),
        beginning((of as Readonly<Record<string, unknown>>)[key], levels - 1)
      ])
    )
  }
  const firstOf = <A, B>(list: ReadonlyArray<A>, of: (one: A) => B): ReadonlyArray<B> => {
    const read: Array<B> = []
    for (const one of list) {
      if (values > EXCERPT_VALUES_MAX) break
      read.push(of(one))
    }
    return read
  }
  const json = JSON.stringify(beginning(value, NESTING_MAX))
  return json.length > EXCERPT_CHARS_MAX ? `${json.slice(0, EXCERPT_CHARS_MAX).toWellFormed()}…` : json
}
