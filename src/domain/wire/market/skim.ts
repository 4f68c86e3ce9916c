/**
 * A listing of markets read without parsing it. From one slot to the next a market's quote changes, and
 * hardly ever anything else: when the values of its quote are cut out of its text, what is left tells
 * whether its terms are those of the slot before. Only terms that are new need to be parsed.
 *
 * That nothing is mistaken does not hang on how the exchange prints. What is left of each market and what
 * is left of the page must be JSON, with the cuts where the quote stands; a text that is not so is `undefined`
 * here, or its market refused by `termsOf`, and is then parsed as any other body is.
 */
import { parseOctets } from "../json.ts"
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

const LIST = /"markets"\s*:\s*\[\s*(?=\{\s*"(\w+)"\s*:)/
const END = /\}(\s*\](?:\s*,\s*"\w+"\s*:\s*(?:"[^"\\]*"|null))*\s*\}\s*)$/
const END_CHARS_MAX = 4096

/** What is looked for in the text: the values of these fields, and where the next market begins. */
const compileTokens = (firstField: string): RegExp =>
  new RegExp(
    `"(${FIELDS.join("|")})"\\s*:\\s*"([^"\\\\\\x00-\\x1f]*)"|\\}\\s*,\\s*(?=\\{\\s*"${firstField}"\\s*:)`,
    "g"
  )

let compiled = { firstField: "", tokens: compileTokens("") }

/** A listing hardly ever begins its markets with another field than the one before. */
const tokensFor = (firstField: string): RegExp => {
  if (compiled.firstField !== firstField) compiled = { firstField, tokens: compileTokens(firstField) }
  return compiled.tokens
}

/** The markets of a page that holds a list of markets and nothing else that could hold one. */
export const skim = (text: string): Iterable<Skimmed> | undefined => {
  const list = LIST.exec(text)
  const end = END.exec(text.slice(-END_CHARS_MAX))
  if (list?.[1] === undefined || end?.[1] === undefined) return undefined
  const first = list.index + list[0].length
  const last = text.length - end[1].length
  return isEnvelope(text.slice(0, first) + text.slice(last)) ? cutUp(text, first, last, list[1]) : undefined
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

/** One by one: what was cut out of one market is garbage when the next is asked for, which costs nothing then. */
function* cutUp(text: string, first: number, last: number, firstField: string): Generator<Skimmed> {
  const tokens = tokensFor(firstField)
  for (let from = first; from < last; ) {
    const { market, next } = cut(text, from, last, tokens)
    yield market
    from = next
  }
}

const cut = (text: string, from: number, last: number, tokens: RegExp) => {
  const values = new Array<string | undefined>(FIELDS.length)
  const pieces: Array<string> = []
  let copied = from
  tokens.lastIndex = from
  for (;;) {
    const token = tokens.exec(text)
    const isLast = token === null || token.index >= last
    if (isLast || token[1] === undefined || token[2] === undefined) {
      const to = isLast ? last : token.index + 1
      const cuts = pieces.length
      pieces.push(text.slice(copied, to))
      const market: Skimmed = {
        text: text.slice(from, to),
        ticker: values[TICKER] ?? "",
        status: values[STATUS] ?? "",
        rest: pieces.join(HOLE),
        values,
        cuts
      }
      return { market, next: isLast ? last : tokens.lastIndex }
    }
    const [, name, value] = token
    const place = placeOf.get(name) as number
    values[place] = value
    if (place < TICKER) {
      const end = tokens.lastIndex - 1
      pieces.push(text.slice(copied, end - value.length))
      copied = end
    }
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
