/**
 * A body as it was received, read in whatever way is the cheapest for who asks, and each way once: skimmed,
 * where it is a listing of one kind in the usual form, and as JSON otherwise.
 */
import type { Either } from "effect"
import { parseText } from "./json.ts"
import type { WireProblem } from "./shape.ts"
import { type SkimmedListing, skim, type Wanted } from "./skim.ts"

/** A list at the top of a body, and what is wanted of its objects. */
export interface Skimming extends Wanted {
  readonly list: string
}

export interface Body {
  readonly json: Either.Either<unknown, WireProblem>
  /** Undefined where only JSON.parse will do. */
  readonly skimmed: (skimming: Skimming) => SkimmedListing | undefined
}

/** The two ways to make text of bytes: as the UTF-8 that they are, and a character for each byte. */
export interface Decoders {
  readonly utf8: (bytes: Uint8Array) => string
  readonly byteByByte: (bytes: Uint8Array) => string
}

export const bodyReader =
  ({ byteByByte, utf8 }: Decoders) =>
  (bytes: Uint8Array): Body => {
    let json: Either.Either<unknown, WireProblem> | undefined
    const listings = new Map<Skimming, SkimmedListing | undefined>()
    const read = (skimming: Skimming) =>
      hasControls(bytes) ? undefined : skim(byteByByte(bytes), skimming.list, skimming)
    return {
      get json() {
        json ??= parseText(utf8(bytes))
        return json
      },
      skimmed: (skimming) => {
        if (!listings.has(skimming)) listings.set(skimming, read(skimming))
        return listings.get(skimming)
      }
    }
  }

const decoder = new TextDecoder()
const CHUNK = 8192

export const bodyOf = bodyReader({
  utf8: (bytes) => decoder.decode(bytes),
  byteByByte: (bytes) =>
    Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, n) =>
      String.fromCharCode(...bytes.subarray(n * CHUNK, (n + 1) * CHUNK))
    ).join("")
})

const SPACE = 0x20
const WORD = 4

/** Line ends in between, as of JSON that is laid out, or worse; white space at the end is nothing unusual. */
const hasControls = (bytes: Uint8Array): boolean => {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] as number) <= SPACE) end--
  const from = Math.min(-bytes.byteOffset & (WORD - 1), end)
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + from, (end - from) >> 2)
  for (const word of words) {
    // Whether one of its four bytes is below the space: 2 MB take a millisecond.
    if (((word - 0x20202020) & ~word & 0x80808080) !== 0) return true
  }
  return [bytes.subarray(0, from), bytes.subarray(from + words.byteLength, end)].some((few) =>
    few.some((byte) => byte < SPACE)
  )
}
