/**
 * Reads a response body up to a limit of its length. A server, or a proxy in its place, may send bytes
 * without end, or a small gzip stream that unpacks to gigabytes, and neither may exhaust the recorder's
 * memory. The connection is closed as soon as a body is longer than any real answer of the exchange.
 */
import { pipeline } from "node:stream/promises"
import { createGunzip } from "node:zlib"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as NodeStream from "@effect/platform-node/NodeStream"
import { Data, Effect } from "effect"

/** The body is longer than the limit. */
export class BodyTooLarge extends Data.TaggedError("BodyTooLarge")<{ readonly why: string }> {}

/** The body could not be read to its end: the connection broke, or the compressed data is damaged. */
export class BodyBroken extends Data.TaggedError("BodyBroken")<{
  readonly why: string
  readonly error?: HttpClientError.HttpClientError
}> {}

/**
 * The size, in bytes, of the pieces in which unpacked bytes are passed on. With Node's default of 16 kB, a
 * page takes 140 turns of the event loop.
 */
const PIECE_BYTES = 1_048_576

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`

/**
 * Makes a function that collects a body, and `left`, which tells whether it stopped because the body is too
 * long. Node reports that stop as an abort, or not at all.
 */
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

/**
 * Reads a body and unpacks it if it is gzipped. A gzip stream that is cut short is an error, never a shorter
 * body.
 */
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
