/** A body as JSON. The exchange sends UTF-8; its error pages may be HTML or nothing. */
import { Either } from "effect"
import { problem, type WireProblem } from "./shape.ts"

const utf8 = new TextDecoder()

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
