/**
 * A cache of decoded markets. From one slot to the next, most markets are listed in the same bytes
 * (docs/decisions/0012-what-has-not-changed.md), and a market with known bytes is not parsed again. The cache
 * depends on nothing but bytes, so it is always valid, and losing it costs time only.
 */
import { Effect, Either } from "effect"
import type { Market } from "../../../domain/read/markets/market.ts"
import { markets } from "../../../domain/read/markets/wire/market.ts"
import { ITEMS_MAX, tooManyObjects } from "../../../domain/read/wire/answer-limits.ts"
import { type Result, read } from "../../../domain/read/wire/items.ts"
import { letTimersRun } from "../../effects/let-timers-run.ts"
import { digest } from "../digest.ts"
import { type ByteRange, parseRange, splitListing } from "./split-listing.ts"

/** All of a market but its terms, which are decoded from the bytes again if the tables lack them. */
type KnownMarket = Omit<Market, "terms">

/** The number of markets that are read between two turns of the event loop: a few milliseconds if all are new. */
const MARKETS_A_TURN = 100

/** The largest number of markets in the cache. A market takes about 600 bytes; 120,000 are open (October 2026). */
const MARKETS_MAX = 300_000

export interface KnownMarkets {
  /**
   * Returns the markets of a listing as decoding gives them, or `undefined` for a body that must be parsed as a
   * whole.
   */
  readonly read: (body: Uint8Array) => Effect.Effect<ReadonlyArray<Result<Market>> | undefined>
}

export const make = (): KnownMarkets => {
  const byBytes = new Map<string, KnownMarket>()
  /** The digest of the bytes in which a market was last listed. Earlier bytes of it hardly come back. */
  const lastBytes = new Map<string, string>()

  const remember = (bytes: string, { digest, era, quote, status, ticker }: Market) => {
    if (byBytes.size >= MARKETS_MAX) for (const map of [byBytes, lastBytes]) map.clear()
    const before = lastBytes.get(ticker)
    if (before !== undefined) byBytes.delete(before)
    lastBytes.set(ticker, bytes)
    byBytes.set(bytes, { digest, era, quote, status, ticker })
  }

  const readOne = (body: Uint8Array, range: ByteRange, index: number): Result<Market> | undefined => {
    const bytes = digest(body.subarray(range.from, range.to))
    const known = byBytes.get(bytes)
    if (known !== undefined)
      return Either.right(
        new ListedMarket(known, () =>
          Either.getOrThrow(markets.decode(parseRange(body, range), known.ticker, digest))
        )
      )
    const value = parseRange(body, range)
    if (value === undefined) return undefined
    const result = read(markets, value, `markets[${index}]`, digest)
    // A salvaged market is read again each time, so that its problems are reported each time.
    if (Either.isRight(result)) remember(bytes, result.right)
    return result
  }

  return {
    read: (body) =>
      Effect.gen(function* () {
        const ranges = tooManyObjects(body) === undefined ? splitListing(body) : undefined
        if (ranges === undefined || ranges.length > ITEMS_MAX) return undefined
        const results: Array<Result<Market>> = []
        for (const range of ranges) {
          const result = readOne(body, range, results.length)
          if (result === undefined) return undefined
          results.push(result)
          if (results.length % MARKETS_A_TURN === 0) yield* letTimersRun
        }
        return results
      })
  }
}

/** A known market as it is listed again. Its terms are decoded when they are read, which is seldom. */
class ListedMarket implements Market {
  readonly ticker: Market["ticker"]
  readonly status: Market["status"]
  readonly quote: Market["quote"]
  readonly era: Market["era"]
  readonly digest: string
  readonly #decode: () => Market

  constructor({ digest, era, quote, status, ticker }: KnownMarket, decode: () => Market) {
    this.ticker = ticker
    this.status = status
    this.quote = quote
    this.era = era
    this.digest = digest
    this.#decode = decode
  }

  get terms(): Market["terms"] {
    return this.#decode().terms
  }
}
