/** A body as JSON. Nearly all of it is ASCII, which needs no decoding: only pieces that are not are decoded. */
import { isAscii } from "node:buffer"
import type { Either } from "effect"
import { parseText } from "../../domain/read/wire/json.ts"
import type { WireProblem } from "../../domain/read/wire/shape.ts"

const PIECE_BYTES = 4096

/** A byte within a character of UTF-8, not its first. */
const continues = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** Measured on 2.3 MB with a few signs that are not ASCII: 1 ms, where a decoder takes 6. */
const textOf = (bytes: Buffer): string => {
  if (isAscii(bytes)) return bytes.toString("latin1")
  const pieces: Array<string> = []
  for (let from = 0; from < bytes.length; ) {
    let to = Math.min(from + PIECE_BYTES, bytes.length)
    while (continues(bytes[to])) to++
    const piece = bytes.subarray(from, to)
    pieces.push(isAscii(piece) ? piece.toString("latin1") : piece.toString("utf8"))
    from = to
  }
  return pieces.join("")
}

export const parse = (body: Uint8Array): Either.Either<unknown, WireProblem> =>
  parseText(textOf(Buffer.from(body.buffer, body.byteOffset, body.byteLength)))
