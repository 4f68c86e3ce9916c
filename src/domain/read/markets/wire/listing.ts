/**
 * A listing of markets, cut where its markets end without being parsed. From one slot to the next most of them
 * stand in it byte for byte as before, and what was read in the same bytes need not be read again.
 *
 * A border is told by its quotation mark, which within a text would have a backslash before it. What is nested
 * in a market may look like one all the same: then what begins with a market ends before it does and is no JSON,
 * and the page is to be parsed.
 */
import { octets, parseOctets } from "../../wire/json.ts"
import { isObject } from "../../wire/shape.ts"

/** Where something stands among the bytes of a body. */
export interface Span {
  readonly from: number
  readonly to: number
}

const LIST = /"markets"\s*:\s*\[\s*(?=\{\s*("\w+")\s*:)/
const END = /\}(\s*\](?:\s*,\s*"\w+"\s*:\s*(?:"[^"\\]*"|null))*\s*\}\s*)$/

/** Of JSON. A border is parsed with no market, so that nobody else would say what is none. */
const SPACE = "[ \\t\\n\\r]*"

/** A list begins and ends within so many bytes of the page's own beginning and end. */
const EDGE_BYTES = 4096
/** Where the second market begins. A market is hardly a tenth of it. */
const FIRST_BYTES = 65_536

/** The markets of a page that holds a list of markets and nothing else that could hold one, each as it stands there. */
export const marketsOf = (body: Uint8Array): ReadonlyArray<Span> | undefined => {
  const list = LIST.exec(octets(body, 0, EDGE_BYTES))
  const end = END.exec(octets(body, Math.max(0, body.length - EDGE_BYTES)))
  if (list?.[1] === undefined || end?.[1] === undefined) return undefined
  const first = list.index + list[0].length
  const last = body.length - end[1].length
  if (!isEnvelope(octets(body, 0, first) + octets(body, last))) return undefined
  const block = octets(body, first, Math.min(last, first + FIRST_BYTES))
  const border = new RegExp(["\\}", ",", "\\{", list[1], ":"].join(SPACE)).exec(block)?.[0]
  if (border === undefined && first + block.length < last) return undefined
  return border === undefined ? [{ from: first, to: last }] : split(body, first, last, border)
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

const split = (body: Uint8Array, first: number, last: number, border: string): ReadonlyArray<Span> => {
  const list = Buffer.from(body.buffer, body.byteOffset, last)
  const needle = Buffer.from(border, "latin1")
  const opening = border.indexOf("{")
  const markets: Array<Span> = []
  let from = first
  for (let at = list.indexOf(needle, from); at !== -1; at = list.indexOf(needle, from)) {
    markets.push({ from, to: at + 1 })
    from = at + opening
  }
  markets.push({ from, to: last })
  return markets
}
