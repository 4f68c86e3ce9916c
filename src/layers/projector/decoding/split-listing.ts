/**
 * Splits a listing of markets where its markets end, without parsing it.
 *
 * A border between two markets looks like `},{"ticker":`. It cannot be inside a string, where its quotation mark
 * would have a backslash before it. It can be inside a nested value; the piece that ends there is not JSON then,
 * and the caller must parse the page as a whole.
 */
import { isObject } from "../../../domain/read/wire/shape.ts"

/** The position of a market in the bytes of a body. */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

const LIST = /"markets"\s*:\s*\[\s*(?=\{\s*("\w+")\s*:)/
const END = /\}(\s*\](?:\s*,\s*"\w+"\s*:\s*(?:"[^"\\]*"|null))*\s*\}\s*)$/

/** JSON whitespace. `\s` would accept more, and borders are never parsed. */
const SPACE = "[ \\t\\n\\r]*"

/** The list begins and ends within this number of bytes from the ends of the page. */
const EDGE_BYTES = 4096
/** The second market is looked for within this number of bytes. A market has about a tenth of it. */
const FIRST_BYTES = 65_536

const bufferOf = (body: Uint8Array): Buffer => Buffer.from(body.buffer, body.byteOffset, body.byteLength)

/** Returns one character for each byte, so that positions in the text are positions in the body. */
const latin1 = (body: Uint8Array, from: number, to: number): string =>
  bufferOf(body).toString("latin1", from, to)

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

/** Parses one market of a body. Returns `undefined` if it is not JSON. */
export const parseRange = (body: Uint8Array, { from, to }: ByteRange): unknown =>
  parse(bufferOf(body).toString("utf8", from, to))

/**
 * Returns the position of each market of a page whose only markets are in one list, or `undefined` for any other
 * body.
 */
export const splitListing = (body: Uint8Array): ReadonlyArray<ByteRange> | undefined => {
  const list = LIST.exec(latin1(body, 0, EDGE_BYTES))
  const end = END.exec(latin1(body, Math.max(0, body.length - EDGE_BYTES), body.length))
  if (list?.[1] === undefined || end?.[1] === undefined) return undefined
  const first = list.index + list[0].length
  const last = body.length - end[1].length
  if (!isEnvelope(Buffer.concat([body.subarray(0, first), body.subarray(last)]))) return undefined
  const block = latin1(body, first, Math.min(last, first + FIRST_BYTES))
  const border = new RegExp(["\\}", ",", "\\{", list[1], ":"].join(SPACE)).exec(block)?.[0]
  if (border === undefined && first + block.length < last) return undefined
  return border === undefined ? [{ from: first, to: last }] : split(body, first, last, border)
}

/** Tells whether this is a page without its markets: an empty list of them, and no other key that holds markets. */
const isEnvelope = (body: Buffer): boolean => {
  const page = parse(body.toString("utf8"))
  return (
    isObject(page) &&
    Array.isArray(page.markets) &&
    ["market", "events", "event"].every((key) => page[key] === undefined)
  )
}

const split = (body: Uint8Array, first: number, last: number, border: string): ReadonlyArray<ByteRange> => {
  const list = bufferOf(body).subarray(0, last)
  const needle = Buffer.from(border, "latin1")
  const opening = border.indexOf("{")
  const markets: Array<ByteRange> = []
  let from = first
  for (let at = list.indexOf(needle, from); at !== -1; at = list.indexOf(needle, from)) {
    markets.push({ from, to: at + 1 })
    from = at + opening
  }
  markets.push({ from, to: last })
  return markets
}
