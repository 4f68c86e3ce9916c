/**
 * How deep JSON may be nested to be looked into. A parser takes any depth, but what walks through a value calls
 * itself at every level: at some thousands of them the stack is full, sooner in a thread than in the main one.
 */

/** Of a field. The deepest seen is a strike's, of 2. */
export const NESTING_MAX = 32

export const isNestedWithin = (value: unknown, levels = NESTING_MAX): boolean => {
  if (typeof value !== "object" || value === null) return true
  if (levels === 0) return false
  for (const inner of Array.isArray(value) ? value : Object.values(value))
    if (!isNestedWithin(inner, levels - 1)) return false
  return true
}

const EXCERPT_CHARS_MAX = 120

/** Every value takes a character of an excerpt at least. */
const EXCERPT_VALUES_MAX = EXCERPT_CHARS_MAX

/** The beginning of a value's JSON, whatever the value's size and depth. */
export const excerpt = (value: unknown): string => {
  let values = 0
  const beginning = (of: unknown, levels: number): unknown => {
    values += 1
    if (typeof of === "string") return of.slice(0, EXCERPT_CHARS_MAX + 1)
    // JSON has no word for a number that is too large to be one.
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
