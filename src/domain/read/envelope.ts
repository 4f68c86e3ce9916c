/**
 * The envelope of a body: whether the body is whole, where the listing goes on, how many items there are, and
 * the error message of the exchange. A recorder needs no more than this before the body is in the log, so no
 * item is decoded here.
 */

import { Either } from "effect"
import { NAME_CHARS_MAX } from "../endpoints.ts"
import { tooManyObjects } from "./wire/answer-limits.ts"
import { parseBody } from "./wire/json.ts"
import { describeProblem, isObject, uninterpretable, type WireProblem } from "./wire/shape.ts"

export interface Inspection {
  /** The body is JSON from its first byte to its last. */
  readonly whole: boolean
  /** The reason why `whole` is false, if there is more to say than that the body is not JSON. */
  readonly why?: string
  /**
   * The cursor of the next page. An empty, null or absent cursor is the end of a listing; a short page is not.
   */
  readonly cursor: string | undefined
  /**
   * Whether the body has a cursor that cannot be used: it is not text, is too long, or cannot be encoded in a
   * URL.
   */
  readonly cursorUnreadable: boolean
  /** The lengths of the lists at the top of the body, by their keys. A list that is sent as null is empty. */
  readonly lists: Readonly<Record<string, number>>
  /**
   * The names of the items of each list, for items that have one. They show whether a page contains anything
   * new.
   */
  readonly names: Readonly<Record<string, ReadonlyArray<string>>>
  /**
   * The number of items of each list that have a bid or an ask, under any field name that the exchange has
   * used.
   */
  readonly quoted: Readonly<Record<string, number>>
  /** The error message, which the exchange sends in an object, in flat fields, or as a bare string. */
  readonly error: string | undefined
}

/** The inspection of a body that is cut short, is HTML, or is empty. */
export const notJson: Inspection = {
  whole: false,
  cursor: undefined,
  cursorUnreadable: false,
  lists: {},
  names: {},
  quoted: {},
  error: undefined
}

/** The inspection of a body that is not parsed at all, because of the given problem. */
const unparsed = (wrong: WireProblem): Inspection => ({ ...notJson, why: describeProblem(wrong) })

/**
 * The longest cursor that is sent back. Cursors have about 100 characters (2026); servers refuse URLs of 8 kB
 * and more.
 */
const CURSOR_CHARS_MAX = 4000

/** Tells whether a cursor can be put into a URL. An unpaired surrogate cannot be encoded in UTF-8. */
const isSendable = (cursor: string): boolean => cursor.length <= CURSOR_CHARS_MAX && cursor.isWellFormed()

/** Inspects the bytes of a body. A body with more objects than the limit is not parsed. */
export const inspect = (body: Uint8Array): Inspection => {
  const wrong = tooManyObjects(body)
  if (wrong !== undefined) return unparsed(wrong)
  try {
    return Either.match(parseBody(body), { onLeft: () => notJson, onRight: inspectJson })
  } catch (error) {
    return unparsed(uninterpretable(error))
  }
}

const inspectJson = (body: unknown): Inspection => {
  const { cursor } = isObject(body) ? body : {}
  return {
    whole: true,
    cursor: typeof cursor === "string" && cursor !== "" && isSendable(cursor) ? cursor : undefined,
    cursorUnreadable:
      cursor !== undefined && cursor !== null && !(typeof cursor === "string" && isSendable(cursor)),
    lists: isObject(body) ? lengths(body) : {},
    names: isObject(body) ? ofLists(body, (items) => items.flatMap(nameOf)) : {},
    quoted: isObject(body) ? ofLists(body, (items) => items.filter(isQuoted).length) : {},
    error: errorWords(body)
  }
}

/** The fields that identify an item of a listing. The first of them that an item has is its name. */
const NAME_KEYS = ["trade_id", "ticker", "event_ticker", "market_ticker", "id"] as const

const nameOf = (item: unknown): ReadonlyArray<string> => {
  if (!isObject(item)) return []
  for (const key of NAME_KEYS) {
    const name = item[key]
    if (typeof name === "string" && name.length <= NAME_CHARS_MAX) return [name]
  }
  return []
}

const QUOTE_KEYS = ["yes_bid_dollars", "yes_ask_dollars", "yes_bid", "yes_ask"] as const

const isQuoted = (item: unknown): boolean =>
  isObject(item) && QUOTE_KEYS.some((key) => item[key] !== undefined && item[key] !== null)

const ofLists = <A>(
  body: Readonly<Record<string, unknown>>,
  read: (items: ReadonlyArray<unknown>) => A
): Readonly<Record<string, A>> =>
  Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) => (Array.isArray(value) ? [[key, read(value)]] : []))
  )

const lengths = (body: Readonly<Record<string, unknown>>): Inspection["lists"] =>
  Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) =>
      value === null ? [[key, 0]] : Array.isArray(value) ? [[key, value.length]] : []
    )
  )

/**
 * The length to which an error message of the exchange is cut. It must fit on one line of a reason or a
 * screen.
 */
const ERROR_CHARS_MAX = 300

const oneLine = (words: string): string =>
  words
    .slice(0, ERROR_CHARS_MAX)
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")

const errorWords = (body: unknown): string | undefined => {
  if (!isObject(body)) return undefined
  if (typeof body.error === "string") return oneLine(body.error)
  const error = isObject(body.error) ? body.error : body
  const words = [error.code, error.message, error.details].filter((word) => typeof word === "string")
  return words.length === 0 ? undefined : oneLine(words.join(", "))
}
