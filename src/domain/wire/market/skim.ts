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
  /** As it stands in the page. */
  readonly text: string
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
/** The first market is not longer than this. */
const MARKET_BYTES_MAX = 65_536

const VALUES = new RegExp(`"(${FIELDS.join("|")})"\\s*:\\s*"([^"\\\\\\x00-\\x1f]*)"`, "g")

/** The markets of a page that holds a list of markets and nothing else that could hold one. */
export const skim = (body: Uint8Array): Iterable<Skimmed> | undefined => {
  const list = LIST.exec(octets(body, 0, EDGE_BYTES))
  const end = END.exec(octets(body, Math.max(0, body.length - EDGE_BYTES)))
  if (list?.[1] === undefined || end?.[1] === undefined) return undefined
  const first = list.index + list[0].length
  const last = body.length - end[1].length
  if (!isEnvelope(octets(body, 0, first) + octets(body, last))) return undefined
  const near = octets(body, first, Math.min(last, first + MARKET_BYTES_MAX))
  const border = new RegExp(`\\}\\s*,\\s*\\{\\s*${list[1]}\\s*:`).exec(near)?.[0]
  return border === undefined && first + near.length < last ? undefined : cutUp(body, first, last, border)
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

/**
 * One by one: what was cut out of one market is garbage when the next is asked for, and costs nothing then.
 * The text of a whole page would be large enough to make V8 collect everything, page after page.
 */
function* cutUp(
  body: Uint8Array,
  first: number,
  last: number,
  border: string | undefined
): Generator<Skimmed> {
  const page = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const needle = Buffer.from(border ?? "", "latin1")
  const opening = needle.indexOf("{")
  for (let from = first; from < last; ) {
    const at = border === undefined ? -1 : page.indexOf(needle, from)
    const to = at === -1 || at >= last ? last : at + 1
    yield cut(page.toString("latin1", from, to))
    from = to === last ? last : at + opening
  }
}

const cut = (text: string): Skimmed => {
  const values = new Array<string | undefined>(FIELDS.length)
  const pieces: Array<string> = []
  let copied = 0
  VALUES.lastIndex = 0
  for (let found = VALUES.exec(text); found !== null; found = VALUES.exec(text)) {
    const [, name, value] = found as unknown as readonly [string, string, string]
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
    text,
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
