/**
 * How much one answer may hold. Whoever stands in the exchange's place may send ten million empty objects in 30 MB:
 * they take gigabytes once they are parsed, and an answer that is in the log is parsed again at every rebuild.
 */
import { problem, type WireProblem } from "./shape.ts"

/** Items of one kind in one answer. A page has 1,000 of them, the list of all series some 15,000 (September 2026). */
export const ITEMS_MAX = 100_000

/**
 * Objects and lists in one body. A page of 1,000 markets has some 5,000, a hundred order books of sub-cent prices
 * some 200,000. Each takes about 60 bytes of memory when it is parsed, and as much again when it is an item.
 */
export const OBJECTS_MAX = 1_000_000

/** A body below this length cannot hold so many that they are a danger, and is not looked through. */
const COUNTED_FROM_BYTES = 3_000_000

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

/** Those within texts are counted, too: there are few, and a mark is counted faster than a text is followed. */
const objectsAtMost = (body: Uint8Array): number => {
  let marks = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) marks += 1
  }
  return marks
}

/** Why this body must not be parsed; nothing, if it may. */
export const tooManyObjects = (body: Uint8Array): WireProblem | undefined => {
  if (body.length < COUNTED_FROM_BYTES) return undefined
  const objects = objectsAtMost(body)
  return objects <= OBJECTS_MAX
    ? undefined
    : problem("body", `at most ${OBJECTS_MAX} objects and lists`, objects)
}

/** Why items must not be decoded that are so many; nothing, if they may. */
export const tooManyItems = (items: number): WireProblem | undefined =>
  items <= ITEMS_MAX ? undefined : problem("body", `at most ${ITEMS_MAX} items`, items)
