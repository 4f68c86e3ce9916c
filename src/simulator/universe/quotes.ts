/**
 * The quote of a market, as a function of the market and of the number of moves. The quote lies around the
 * value that traders give to YES; volume never decreases.
 */
import { unit, whole } from "./chance.ts"
import { DAY, MINUTE, type Us } from "./instant.ts"
import type { MarketStory } from "./life.ts"
import { type Count, gridDown, gridFloor, gridUp, NO_ASK, NO_BID, type Price } from "./ticks.ts"

export interface Book {
  readonly bid: Price
  readonly ask: Price
  readonly bidSize: Count
  readonly askSize: Count
}

export interface Trading {
  readonly last: Price
  readonly volume: Count
  readonly volume24h: Count
  readonly openInterest: Count
  /** The bid 24 hours ago; zero for a market younger than that. */
  readonly previousBid: Price
  readonly previousAsk: Price
  readonly previousPrice: Price
}

export const EMPTY_BOOK: Book = { bid: NO_BID, ask: NO_ASK, bidSize: 0, askSize: 0 }

export const UNTRADED: Trading = {
  last: 0,
  volume: 0,
  volume24h: 0,
  openInterest: 0,
  previousBid: 0,
  previousAsk: 0,
  previousPrice: 0
}

/**
 * Returns the smallest count of a trade. Seven markets in ten trade fractions of a contract; the others trade
 * whole contracts.
 */
export const smallestLot = (market: MarketStory): Count => (unit(market.key, 34) < 0.7 ? 1 : 100)

const asTraded = (market: MarketStory, count: Count): Count => count - (count % smallestLot(market))

/** Returns the size of an order or a level, which `salt` tells apart from others. */
export const sizeOf = (market: MarketStory, moves: number, salt: number): Count => {
  const contracts = Math.ceil(
    10 ** (1 + 3 * unit(market.key, salt)) * (0.5 + unit(market.key, 1000 * salt + moves))
  )
  return asTraded(market, contracts * 100 + whole(market.key, salt + moves, 0, 99))
}

/**
 * The price, in dollars, below which few orders bid for YES. Within the same distance of one dollar, few
 * orders offer it.
 */
const LONG_SHOT = 0.03

/**
 * Tells which sides of a book have no order, which holds for about a third of all markets: nobody bids for an
 * unlikely outcome, nobody offers a nearly certain one, and some books are empty. Markets of an exclusive
 * event always have both sides. So have all markets if prices have a bias: otherwise the middle of a book with one side
 * would have another.
 */
const missing = (market: MarketStory, worth: number) => {
  if (market.event.exclusive || market.event.lane.bias !== undefined) return { bid: false, ask: false }
  const u = unit(market.key, 35)
  const none = u >= 0.95
  return {
    bid: none || (worth < LONG_SHOT && u < 0.7),
    ask: none || (worth > 1 - LONG_SHOT && u < 0.7)
  }
}

export const bookAfter = (market: MarketStory, moves: number): Book => {
  const grid = market.event.lane.kind.grid
  const worth = market.fairAfter(moves)
  const side = missing(market, worth)
  const price = worth * 10_000
  const wider = Math.floor(5 * unit(market.key, 36) ** 3)
  // The spread is centred on the price. If it has an odd number of steps, the market's key decides which side
  // gets one more.
  const bid = gridDown(grid, gridFloor(grid, price), (wider + (market.key & 1)) >> 1)
  const ask = gridUp(grid, bid, 1 + wider)
  const noBid = side.bid || bid <= 0
  const noAsk = side.ask || ask >= NO_ASK
  return {
    bid: noBid ? NO_BID : bid,
    ask: noAsk ? NO_ASK : ask,
    bidSize: noBid ? 0 : sizeOf(market, moves, 37),
    askSize: noAsk ? 0 : sizeOf(market, moves, 38)
  }
}

/** The pace up to which only every other move of the quote comes with trades. */
const BUSY: Us = MINUTE

/**
 * Returns the contracts traded by the time of a move. Each round of trading adds one lot, plus or minus up to
 * one. A market that never moves trades at its opening, or never.
 */
export const tradedBy = (market: MarketStory, moves: number): Count => {
  if (market.pace === Number.POSITIVE_INFINITY) {
    return unit(market.key, 39) < 0.55 ? 0 : asTraded(market, whole(market.key, 40, 100, 90_000))
  }
  const rounds = market.pace <= BUSY ? Math.floor(moves / 2) : moves
  const lot = whole(market.key, 41, 100, 40_000)
  return rounds === 0 ? 0 : asTraded(market, Math.floor(lot * (rounds + unit(market.key, 42 + rounds))))
}

/** Returns the contracts that a move adds to the volume: those traded since the move before it. */
export const addedBy = (market: MarketStory, move: number): Count =>
  tradedBy(market, move) - (move === 0 ? 0 : tradedBy(market, move - 1))

/** Returns the price of the last trade before a move: the fair price on the grid, never zero. */
export const priceTradedAt = (market: MarketStory, move: number): Price => {
  const grid = market.event.lane.kind.grid
  return Math.max(gridUp(grid, 0, 1), gridFloor(grid, market.fairAfter(move) * 10_000))
}

/** Returns the price of the last trade, or zero if nothing was traded yet. */
const lastPrice = (market: MarketStory, moves: number): Price => {
  if (tradedBy(market, moves) === 0) return 0
  let move = moves
  while (addedBy(market, move) === 0) move--
  return priceTradedAt(market, move)
}

export const openInterestOf = (market: MarketStory, volume: Count): Count =>
  asTraded(market, Math.floor(volume * (0.3 + 0.6 * unit(market.key, 43))))

export const tradingAfter = (market: MarketStory, moves: number): Trading => {
  const volume = tradedBy(market, moves)
  const aDay = market.pace === Number.POSITIVE_INFINITY ? 0 : Math.floor(DAY / market.pace)
  const before = moves > aDay && aDay > 0 ? moves - aDay : undefined
  const previous = before === undefined ? undefined : bookAfter(market, before)
  return {
    last: lastPrice(market, moves),
    volume,
    volume24h: before === undefined ? (aDay === 0 ? 0 : volume) : volume - tradedBy(market, before),
    openInterest: openInterestOf(market, volume),
    previousBid: previous === undefined ? 0 : previous.bid,
    previousAsk: previous === undefined ? 0 : previous.ask,
    previousPrice: before === undefined ? 0 : lastPrice(market, before)
  }
}
