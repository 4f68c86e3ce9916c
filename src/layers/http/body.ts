/**
 * A body as it streams in, with an end to its length. A server, or whoever stands in its place, may send bytes
 * without end, or a small gzip stream that is gigabytes when it is unpacked: neither may take the recorder's
 * memory. The connection is left as soon as a body is longer than any body of the exchange.
 */
import { pipeline } from "node:stream/promises"
import { createGunzip } from "node:zlib"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as NodeStream from "@effect/platform-node/NodeStream"
import { Data, Effect } from "effect"

/** The body is more than an answer of the exchange can be. */
export class BodyTooLarge extends Data.TaggedError("BodyTooLarge")<{ readonly why: string }> {}

/** The body came to no good end: its connection broke, or its compression did. */
export class BodyBroken extends Data.TaggedError("BodyBroken")<{
  readonly why: string
  readonly error?: HttpClientError.HttpClientError
}> {}

/** Unpacked bytes are handed out in pieces of this size: 16 kB, which is Node's own, costs a page 140 turns. */
const PIECE_BYTES = 1_048_576

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`

/** Collects a body; `left` says whether it was left for its length, which Node reports as an abort or not at all. */
const gathering = (bytesMax: number) => {
  let left = false
  const gather = async (source: AsyncIterable<Uint8Array>) => {
    const pieces: Array<Uint8Array> = []
    let length = 0
    for await (const piece of source) {
      length += piece.length
      left = length > bytesMax
      if (left) throw new RangeError("the body is too long")
      pieces.push(piece)
    }
    const [only] = pieces
    return only !== undefined && pieces.length === 1 ? only : Buffer.concat(pieces, length)
  }
  return { gather, left: () => left }
}

const broken = (error: unknown, gzipped: boolean): BodyBroken => {
  if (error instanceof Error && "_tag" in error && error._tag === "ResponseError")
    return new BodyBroken({ why: error.message, error: error as HttpClientError.ResponseError })
  const why = error instanceof Error ? error.message : String(error)
  return new BodyBroken({ why: gzipped ? `the body does not decompress: ${why}` : why })
}

/** The bytes that the server composed. Strict: a gzip stream that is cut short is an error, never a shorter body. */
export const readBody = (
  response: HttpClientResponse.HttpClientResponse,
  bytesMax: number
): Effect.Effect<Uint8Array, BodyTooLarge | BodyBroken> => {
  const gzipped = response.headers["content-encoding"]?.trim().toLowerCase() === "gzip"
  return Effect.gen(function* () {
    const { gather, left } = gathering(bytesMax)
    const source = yield* NodeStream.toReadable(response.stream)
    return yield* Effect.tryPromise({
      try: (signal) =>
        gzipped
          ? pipeline(source, createGunzip({ chunkSize: PIECE_BYTES }), gather, { signal })
          : pipeline(source, gather, { signal }),
      catch: (error) =>
        left() ? new BodyTooLarge({ why: `its body is over ${megabytes(bytesMax)}` }) : broken(error, gzipped)
    })
  })
}
