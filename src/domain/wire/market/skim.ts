/**
 * A listing of markets read without parsing it. From one slot to the next a market's quote changes, and
 * hardly ever anything else: when the values of its quote are cut out of its text, what is left tells
 * whether its terms are those of the slot before. Only terms that are new need to be parsed.
 *
 * That nothing is mistaken does not hang on how the exchange prints. What is left of each market and what
 * is left of the page must be JSON, with the cuts where the quote stands; a text that is not so is `undefined`
 * here, or its market refused by `termsOf`, and is then parsed as any other body is.
 */
import { octets, parseOctets } from "../json.ts"
import { isObject } from "../shape.ts"
import * as Strings from "./strings.ts"

/** A market's text in pieces. Characters are bytes here, see {@link parseOctets}. */
export interface Skimmed {
  /** As they stand in the text, wherever that is: the market's own if `termsOf` says so. */
  readonly ticker: string
  readonly status: string
  /** The text without the values of the quote. */
  readonly rest: string
  /** What was cut out, in the order of the quote's fields. */
  readonly values: ReadonlyArray<string | undefined>
  /** How many values were cut out. */
  readonly cuts: number
}

/** They move with the quote of a day ago, and are in no table. */
const UNUSED = ["previous_price_dollars", "previous_yes_ask_dollars", "previous_yes_bid_dollars"]

const CUT = [...Strings.quote.wireNames, ...UNUSED]
const FIELDS = [...CUT, "ticker", "status"]
const placeOf = new Map(FIELDS.map((name, place) => [name, place]))
const TICKER = CUT.length
const STATUS = TICKER + 1

/** Stands where a value was cut out. No price and no count is spelled so. */
const HOLE = "?"

const LIST = /"markets"\s*:\s*\[\s*(?=\{\s*("\w+")\s*:)/
const END = /\}(\s*\](?:\s*,\s*"\w+"\s*:\s*(?:"[^"\\]*"|null))*\s*\}\s*)$/

/** A list begins and ends within so many bytes of the page's own beginning and end. */
const EDGE_BYTES = 4096
/** Where the second market begins. A market is hardly a tenth of it. */
const FIRST_BYTES = 65_536

const VALUES = new RegExp(`"(${FIELDS.join("|")})"\\s*:\\s*"([^"\\\\\\x00-\\x1f]*)"`, "g")

/** The markets of a page that holds a list of markets and nothing else that could hold one, each as it stands there. */
export const marketsOf = (body: Uint8Array): ReadonlyArray<Uint8Array> | undefined => {
  const list = LIST.exec(octets(body, 0, EDGE_BYTES))
  const end = END.exec(octets(body, Math.max(0, body.length - EDGE_BYTES)))
  if (list?.[1] === undefined || end?.[1] === undefined) return undefined
  const first = list.index + list[0].length
  const last = body.length - end[1].length
  if (!isEnvelope(octets(body, 0, first) + octets(body, last))) return undefined
  const block = octets(body, first, Math.min(last, first + FIRST_BYTES))
  const border = new RegExp(`\\}\\s*,\\s*\\{\\s*${list[1]}\\s*:`).exec(block)?.[0]
  if (border === undefined && first + block.length < last) return undefined
  return split(body.subarray(first, last), border)
}

/** A page but for its markets: their list is empty here, and nothing else is called as what holds markets. */
const isEnvelope = (text: string): boolean => {
  const page = parseOctets(text)
  return (
    isObject(page) &&
    Array.isArray(page.markets) &&
    ["market", "events", "event"].every((key) => page[key] === undefined)
  )
}

const split = (list: Uint8Array, border: string | undefined): ReadonlyArray<Uint8Array> => {
  if (border === undefined) return [list]
  const bytes = Buffer.from(list.buffer, list.byteOffset, list.byteLength)
  const needle = Buffer.from(border, "latin1")
  const opening = border.indexOf("{")
  const markets: Array<Uint8Array> = []
  let from = 0
  for (let at = bytes.indexOf(needle); at !== -1; at = bytes.indexOf(needle, from)) {
    markets.push(bytes.subarray(from, at + 1))
    from = at + opening
  }
  markets.push(bytes.subarray(from))
  return markets
}

export const skim = (text: string): Skimmed => {
  const values = new Array<string | undefined>(FIELDS.length)
  const pieces: Array<string> = []
  let copied = 0
  VALUES.lastIndex = 0
  for (let found = VALUES.exec(text); found !== null; found = VALUES.exec(text)) {
    const [, name = "", value = ""] = found
    const place = placeOf.get(name) as number
    values[place] = value
    if (place < TICKER) {
      const end = VALUES.lastIndex - 1
      pieces.push(text.slice(copied, end - value.length))
      copied = end
    }
  }
  const cuts = pieces.length
  pieces.push(text.slice(copied))
  return {
    ticker: values[TICKER] ?? "",
    status: values[STATUS] ?? "",
    rest: pieces.join(HOLE),
    values,
    cuts
  }
}

/**
 * What is left of a market as JSON: a function of `rest`, and of nothing else. `undefined` if it is not what
 * `skim` took it for: some value of the quote is still in it, or a cut went through something else.
 */
export const termsOf = ({
  cuts,
  rest,
  status,
  ticker
}: Skimmed): Readonly<Record<string, unknown>> | undefined => {
  const terms = parseOctets(rest)
  return isObject(terms) &&
    terms.ticker === ticker &&
    terms.status === status &&
    CUT.filter((name) => terms[name] === HOLE).length === cuts &&
    Strings.quote.wireNames.every((name) => terms[name] === HOLE || terms[name] === undefined)
    ? terms
    : undefined
}
