/** A body as JSON. The exchange sends UTF-8; its error pages may be HTML or nothing. */
import { Either } from "effect"
import { problem, type WireProblem } from "./shape.ts"

/** A mark of byte order is no JSON, here as in every other way of reading a body. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

export const parseBody = (body: Uint8Array): Either.Either<unknown, WireProblem> =>
  parseText(utf8.decode(body))

export const parseText = (text: string): Either.Either<unknown, WireProblem> => {
  try {
    return Either.right(JSON.parse(text))
  } catch {
    return Either.left(problem("body", "JSON", text.slice(0, 200)))
  }
}

/**
 * Bytes of a body as a text of one character a byte, which costs a copy and no decoding. All that JSON is
 * built with is ASCII, and so stands in it as it does in the body.
 */
export const octets = (body: Uint8Array, from = 0, to = body.length): string =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1", from, to)

/** Small enough to lie among V8's young objects, as the text of a page would not. */
const BLOCK_BYTES = 65_536

/**
 * Pieces of a body as such texts. Those that stand side by side are cut out of one: making a text takes ten
 * times as long as cutting it out of another.
 */
export const textsOf = (body: Uint8Array): ((from: number, to: number) => string) => {
  let start = 0
  let block = ""
  return (from, to) => {
    if (from < start || to > start + block.length) {
      start = from
      block = octets(body, from, Math.max(to, from + BLOCK_BYTES))
    }
    return block.slice(from - start, to - start)
  }
}

/** Of characters that are bytes: one that is not ASCII would take two bytes of UTF-8. */
const isAscii = (text: string): boolean => Buffer.byteLength(text) === text.length

/** Parses a piece of such a text; `undefined` when it is no JSON. */
export const parseOctets = (text: string): unknown => {
  try {
    return JSON.parse(isAscii(text) ? text : Buffer.from(text, "latin1").toString("utf8"))
  } catch {
    return undefined
  }
}
