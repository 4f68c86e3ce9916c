/**
 * What a recorder may know of a body before it is in the log: whether it is whole, where the listing goes
 * on, how many items there are, and the exchange's words if it is an error. Nothing is decoded.
 */
import { describeProblem, isObject, type WireProblem } from "./wire/shape.ts"

export interface Inspection {
  /** The body is JSON from its first byte to its last. */
  readonly whole: boolean
  /** Why it is not, in words, where there is more to say than that it is no JSON. */
  readonly why?: string
  /** Of the next page; an empty, null or absent cursor is the end of a listing, a short page is not. */
  readonly cursor: string | undefined
  /** There is a cursor that cannot be asked with: it is not text, or no text that a URL can hold. */
  readonly cursorUnreadable: boolean
  /** Lengths of the lists at the top of the body, by their keys; a list may come as null, and is empty then. */
  readonly lists: Readonly<Record<string, number>>
  /** Who the items of those lists are, as far as they have a name: it tells whether a page has brought anything new. */
  readonly names: Readonly<Record<string, ReadonlyArray<string>>>
  /** How many items of those lists have a bid or an ask, under whatever name of theirs the exchange has ever used. */
  readonly quoted: Readonly<Record<string, number>>
  /** Errors come as an envelope, flat, or as a bare string. */
  readonly error: string | undefined
}

/** Of a body that is cut short, or HTML, or nothing. */
export const notJson: Inspection = {
  whole: false,
  cursor: undefined,
  cursorUnreadable: false,
  lists: {},
  names: {},
  quoted: {},
  error: undefined
}

/** Of a body that must not even be parsed, for what is wrong with it. */
export const unparsed = (wrong: WireProblem): Inspection => ({ ...notJson, why: describeProblem(wrong) })

/** Cursors have some 100 characters (2026); servers refuse URLs from 8 kB on. */
const CURSOR_CHARS_MAX = 4000

/** Half of a surrogate pair has no bytes in UTF-8, and so none in a URL. */
const canBeAsked = (cursor: string): boolean => cursor.length <= CURSOR_CHARS_MAX && cursor.isWellFormed()

export const inspect = (body: unknown): Inspection => {
  const { cursor } = isObject(body) ? body : {}
  return {
    whole: true,
    cursor: typeof cursor === "string" && cursor !== "" && canBeAsked(cursor) ? cursor : undefined,
    cursorUnreadable:
      cursor !== undefined && cursor !== null && !(typeof cursor === "string" && canBeAsked(cursor)),
    lists: isObject(body) ? lengths(body) : {},
    names: isObject(body) ? ofLists(body, (items) => items.flatMap(nameOf)) : {},
    quoted: isObject(body) ? ofLists(body, (items) => items.filter(isQuoted).length) : {},
    error: errorWords(body)
  }
}

/** By which the items of a listing are told apart; the first that an item has. */
const NAME_KEYS = ["trade_id", "ticker", "event_ticker", "market_ticker", "id"] as const

/** Names are remembered as long as a listing is walked; one that is longer is no name of this exchange. */
const NAME_CHARS_MAX = 200

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

/** The words of an error stand in reasons and on screens: one line of them is enough. */
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
