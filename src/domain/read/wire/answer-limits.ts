/**
 * Limits on the contents of one answer. A hostile server could send ten million empty objects in 30 MB. They
 * take gigabytes of memory when parsed, and a logged answer is parsed again at every rebuild.
 */
import { problem, type WireProblem } from "./shape.ts"

/**
 * The largest number of items of one kind in one answer. A page has 1,000 items; the list of all series has
 * about 15,000 (September 2026).
 */
export const ITEMS_MAX = 100_000

/**
 * The largest number of objects and lists in one body. A page of 1,000 markets has about 5,000; a hundred
 * order books with sub-cent prices have about 200,000. Each takes about 60 bytes of memory when parsed, and
 * as much again as an item.
 */
export const OBJECTS_MAX = 1_000_000

/**
 * The smallest body, in bytes, whose objects are counted. A shorter body cannot hold a dangerous number of
 * them.
 */
const COUNTED_FROM_BYTES = 3_000_000

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

/**
 * Counts the opening braces and brackets of a body, which is at least the number of its objects and lists.
 * Those inside strings are counted as well; they are few, and skipping strings would take longer.
 */
const objectsAtMost = (body: Uint8Array): number => {
  let marks = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) marks += 1
  }
  return marks
}

/** Returns the problem that forbids parsing this body, or `undefined` if it may be parsed. */
export const tooManyObjects = (body: Uint8Array): WireProblem | undefined => {
  if (body.length < COUNTED_FROM_BYTES) return undefined
  const objects = objectsAtMost(body)
  return objects <= OBJECTS_MAX
    ? undefined
    : problem("body", `at most ${OBJECTS_MAX} objects and lists`, objects)
}

/** Returns the problem that forbids decoding so many items, or `undefined` if they may be decoded. */
export const tooManyItems = (items: number): WireProblem | undefined =>
  items <= ITEMS_MAX ? undefined : problem("body", `at most ${ITEMS_MAX} items`, items)
