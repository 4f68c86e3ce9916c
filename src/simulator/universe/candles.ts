/**
 * Candlesticks: the range of a market's quote and trades in each period of its life. A period begins after
 * the end of the one before and includes its own end; daily periods end at midnight in New York.
 */
import { SECOND, type Us } from "./instant.ts"
import type { MarketStory } from "./life.ts"
import { movesAt } from "./moves.ts"
import { midnightBy, nextMidnight } from "./new-york.ts"
import { type Book, bookAfter, openInterestOf } from "./quotes.ts"
import type { Count, Price } from "./ticks.ts"
import { lastTradeBy, type Trade, tradesWithin, volumeAt } from "./trades.ts"

/** The lengths of a period, in minutes. */
export const PERIODS = [1, 60, 1440] as const
export type Period = (typeof PERIODS)[number]

export interface Range {
  readonly open: Price
  readonly high: Price
  readonly low: Price
  readonly close: Price
}

export interface Candle {
  /** The end of the period, in Unix seconds. */
  readonly endS: number
  readonly volume: Count
  readonly openInterest: Count
  /** Undefined if nothing was traded in the period. */
  readonly price: (Range & { readonly mean: Price }) | undefined
  /** The last price before the period. */
  readonly previous: Price | undefined
  readonly bid: Range
  readonly ask: Range
}

/** Returns the last end of a period at or before `seconds`. */
const endBy = (seconds: number, period: Period): number =>
  period === 1440 ? midnightBy(seconds) : Math.floor(seconds / (period * 60)) * period * 60

const endAfter = (end: number, period: Period): number =>
  period === 1440 ? nextMidnight(end) : end + period * 60

const rangeOf = (prices: ReadonlyArray<Price>): Range => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const price of prices) {
    low = Math.min(low, price)
    high = Math.max(high, price)
  }
  return { open: prices[0] ?? 0, high, low, close: prices[prices.length - 1] ?? 0 }
}

/** Summarises trade prices. The mean is weighted by contracts, not by trades. */
const pricesOf = (trades: ReadonlyArray<Trade>, volume: Count): Candle["price"] => {
  if (trades.length === 0) return undefined
  const paid = trades.reduce((sum, trade) => sum + trade.yesPrice * trade.count, 0)
  return { ...rangeOf(trades.map((trade) => trade.yesPrice)), mean: Math.round(paid / volume) }
}

const quotesWithin = (market: MarketStory, first: number, last: number): ReadonlyArray<Book> =>
  Array.from({ length: last - first + 1 }, (_, n) => bookAfter(market, first + n))

/**
 * Returns the candles whose periods end from `fromS` to `toS`, both included. There is no candle for a minute
 * in which neither the quote moved nor a trade was made, and none before the opening or after the close.
 */
export const candlesOf = (
  market: MarketStory,
  fromS: number,
  toS: number,
  period: Period
): ReadonlyArray<Candle> => {
  const before = endBy(Math.max(fromS, Math.floor(market.openUs / SECOND)), period)
  // A period that ends at `fromS` itself is included.
  let startS = before === fromS && before * SECOND > market.openUs ? endBy(before - 1, period) : before
  const candles: Array<Candle> = []
  const trades = tradesWithin(market, startS * SECOND, Math.min(toS * SECOND, market.closeUs))
  let volume = volumeAt(market, startS * SECOND)
  let previous = lastTradeBy(market, startS * SECOND)?.yesPrice
  let next = 0
  for (let endS = endAfter(startS, period); endS <= toS; endS = endAfter(endS, period)) {
    const [startUs, endUs]: [Us, Us] = [startS * SECOND, endS * SECOND]
    if (startUs >= market.closeUs) break
    const first = next
    while ((trades[next]?.createdUs ?? Number.POSITIVE_INFINITY) <= endUs) next++
    const own = trades.slice(first, next)
    const traded = own.reduce((sum, trade) => sum + trade.count, 0)
    volume += traded
    const [movesBefore, moves] = [movesAt(market, startUs), movesAt(market, endUs)]
    if (period > 1 || own.length > 0 || moves > movesBefore || startUs <= market.openUs) {
      const quotes = quotesWithin(market, movesBefore, moves)
      candles.push({
        endS,
        volume: traded,
        openInterest: openInterestOf(market, volume),
        price: pricesOf(own, traded),
        previous,
        bid: rangeOf(quotes.map((quote) => quote.bid)),
        ask: rangeOf(quotes.map((quote) => quote.ask))
      })
    }
    previous = own[own.length - 1]?.yesPrice ?? previous
    startS = endS
  }
  return candles
}
