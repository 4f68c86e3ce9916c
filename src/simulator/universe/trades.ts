/**
 * The trades behind the volume. The volume that a move of the quote adds to a market was traded in the seconds before
 * it, in one trade or several, the last of them at the market's new last price. The trades so far therefore add up to
 * the volume that the market shows, except in those seconds, in which a listing of the exchange may be behind as well.
 */
import { mix, unit, whole } from "./chance.ts"
import { QUOTE_GRID, type Us } from "./instant.ts"
import type { MarketStory } from "./life.ts"
import { OPENING } from "./market-state.ts"
import { lastMove, movedAt, movesAt } from "./moves.ts"
import type { Order } from "./order.ts"
import { addedBy, bookAfter, priceTradedAt, smallestLot, tradedBy } from "./quotes.ts"
import { type Count, NO_ASK, NO_BID, type Price } from "./ticks.ts"

export interface Trade {
  readonly market: MarketStory
  readonly createdUs: Us
  readonly id: string
  readonly yesPrice: Price
  readonly count: Count
  readonly taker: "yes" | "no"
  readonly block: boolean
}

export const BY_TRADE: Order<Trade> = { atUs: (trade) => trade.createdUs, ticker: (trade) => trade.id }

/**
 * The distribution of the number of trades of a move: the share of moves with at most this number. The rest
 * make the largest number.
 */
const PARTS: ReadonlyArray<readonly [share: number, parts: number]> = [
  [0.7, 1],
  [0.9, 2],
  [0.97, 3]
]
const PARTS_MAX = 6

const partsOf = (key: number): number => {
  const u = unit(key, 1)
  return PARTS.find(([share]) => u < share)?.[1] ?? PARTS_MAX
}

const numbered = (length: number): ReadonlyArray<number> => Array.from({ length }, (_, n) => n)

const upwards = (a: number, b: number): number => a - b

/** Splits a count into parts, each a positive multiple of the smallest lot. */
const split = (key: number, count: Count, lot: Count, parts: number): ReadonlyArray<Count> => {
  const spare = count / lot - parts
  const cuts = numbered(parts - 1)
    .map((n) => whole(key, 10 + n, 0, spare))
    .sort(upwards)
  return [...cuts, spare].map((cut, n) => (cut - (cuts[n - 1] ?? 0) + 1) * lot)
}

/**
 * Returns the times of the parts: after `after` and not after `until`. Three in ten trade at the time of the
 * one before.
 */
const timesOf = (key: number, after: Us, until: Us, parts: number): ReadonlyArray<Us> => {
  const times = numbered(parts)
    .map((n) => after + 1 + Math.floor(unit(key, 20 + n) * (until - after)))
    .sort(upwards)
  for (let n = 1; n < parts; n++) if (unit(key, 30 + n) < 0.3) times[n] = times[n - 1] ?? until
  return times
}

/** Returns 32 bits of a ticker. Together with the market's own key they make all trade ids distinct. */
const digest = (text: string): number => {
  let hash = 0
  for (let n = 0; n < text.length; n++) hash = mix(hash, text.charCodeAt(n))
  return hash
}

const word = (bits: number): string => bits.toString(16).padStart(8, "0")

/**
 * Returns ids in ascending order, so that trades of one microsecond are listed in the order in which they
 * were made.
 */
const idsOf = (market: MarketStory, move: number, parts: number): ReadonlyArray<string> => {
  const name = digest(market.ticker)
  return numbered(parts)
    .map((part) => {
      const nth = move * PARTS_MAX + part
      const [a, b] = [mix(market.key, nth), mix(name, nth)]
      const [middle, rest] = [word(b), word(mix(a, name))]
      return `${word(a)}-${middle.slice(0, 4)}-${middle.slice(4)}-${rest.slice(0, 4)}-${rest.slice(4)}${word(mix(b, market.key))}`
    })
    .sort()
}

interface Struck {
  readonly price: Price
  readonly taker: Trade["taker"]
}

/**
 * Returns the price of a trade by the quote before the move: the ask if the taker bought YES, the bid if the
 * taker bought NO.
 */
const struckAt = (market: MarketStory, key: number, move: number, part: number): Struck => {
  const { ask, bid } = bookAfter(market, Math.max(0, move - 1))
  const yes = bid === NO_BID || unit(key, 40 + part) < 0.5
  const price = yes ? ask : bid
  return { price: price === NO_ASK ? priceTradedAt(market, move) : price, taker: yes ? "yes" : "no" }
}

/** Returns the trades that a move adds, in the order in which they were made. Move 0 is the opening. */
const tradesOfMove = (market: MarketStory, move: number): ReadonlyArray<Trade> => {
  const count = addedBy(market, move)
  if (count === 0) return []
  const key = mix(mix(market.key, 61), move)
  const lot = smallestLot(market)
  const parts = Math.min(partsOf(key), count / lot)
  const counts = split(key, count, lot, parts)
  const moveBefore = move <= 1 ? market.openUs : movedAt(market, move - 1)
  const times =
    move === 0
      ? counts.map(() => market.openUs + OPENING)
      : timesOf(key, Math.max(moveBefore, movedAt(market, move) - QUOTE_GRID), movedAt(market, move), parts)
  const ids = idsOf(market, move, parts)
  return counts.map((part, n) => {
    const { price, taker } = struckAt(market, key, move, n)
    return {
      market,
      createdUs: times[n] ?? market.openUs,
      id: ids[n] ?? "",
      yesPrice: n === parts - 1 ? priceTradedAt(market, move) : price,
      count: part,
      taker,
      block: unit(key, 50 + n) < 0.003
    }
  })
}

/** Returns the move whose trades are being made at a time, or the last move. */
const moveAround = (market: MarketStory, at: Us): number =>
  Math.min(movesAt(market, at) + 1, lastMove(market))

/**
 * Returns the market's trades in chunks from about `until` back to the first, the newest chunk first. Each
 * chunk is in ascending order.
 */
export function* tradesBack(market: MarketStory, until: Us): Generator<ReadonlyArray<Trade>> {
  for (let move = moveAround(market, until); move >= 0 && tradedBy(market, move) > 0; move--) {
    const trades = tradesOfMove(market, move)
    if (trades.length > 0) yield trades
  }
}

/** Returns the market's trades after `after` and up to `until`, that one included, in ascending order. */
export const tradesWithin = (market: MarketStory, after: Us, until: Us): Array<Trade> => {
  const trades: Array<Trade> = []
  const last = moveAround(market, until)
  for (let move = movesAt(market, after); move <= last; move++) {
    for (const trade of tradesOfMove(market, move))
      if (trade.createdUs > after && trade.createdUs <= until) trades.push(trade)
  }
  return trades
}

/** Returns the last of the market's trades at or before `until`. */
export const lastTradeBy = (market: MarketStory, until: Us): Trade | undefined => {
  for (const trades of tradesBack(market, until)) {
    const last = trades.findLast((trade) => trade.createdUs <= until)
    if (last !== undefined) return last
  }
  return undefined
}

/** Returns the contracts traded at or before a time. */
export const volumeAt = (market: MarketStory, at: Us): Count => {
  const moves = movesAt(market, at)
  const before = at < market.openUs + OPENING ? 0 : tradedBy(market, moves)
  const since = moves === lastMove(market) ? [] : tradesOfMove(market, moves + 1)
  return since.reduce((sum, trade) => (trade.createdUs <= at ? sum + trade.count : sum), before)
}
