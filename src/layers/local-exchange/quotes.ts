/**
 * What a market is quoted at: a function of the market and of how often its quote has moved. Prices wander as
 * smooth noise around a level and are drawn to the outcome as the close comes near; volume only grows.
 */
import { noise, unit, whole } from "./chance.ts"
import { DAY, QUOTE_GRID, type Us } from "./instant.ts"
import { chanceOf, type MarketStory } from "./life.ts"
import { type Count, gridFloor, gridUp, NO_ASK, NO_BID, type Price } from "./ticks.ts"

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
  /** 24 hours ago; all zero for a market younger than that. */
  readonly previousBid: Price
  readonly previousAsk: Price
  readonly previousPrice: Price
}

export const EMPTY_BOOK: Book = { bid: NO_BID, ask: NO_ASK, bidSize: 0, askSize: 0 }

/** Spreads one market's moves over the grid, so that not all of one pace move at the same instant. */
const offset = (market: MarketStory): Us =>
  (market.key % Math.max(1, Math.floor(market.pace / QUOTE_GRID))) * QUOTE_GRID

const cell = (market: MarketStory, at: Us): number => Math.floor((at + offset(market)) / market.pace)

/** How often the quote has moved by this time: 0 at the opening, frozen at the close. */
export const movesAt = (market: MarketStory, at: Us): number => {
  if (market.pace === Number.POSITIVE_INFINITY || at <= market.openUs) return 0
  return cell(market, Math.min(at, market.closeUs - 1)) - cell(market, market.openUs)
}

/** The fair price in dollars after so many moves. */
const fair = (market: MarketStory, moves: number): number => {
  const wander =
    0.1 * noise(market.key, 31, moves, 128) +
    0.05 * noise(market.key, 32, moves, 24) +
    0.03 * noise(market.key, 33, moves, 5)
  const free = chanceOf(market.key) + (moves === 0 ? 0 : wander)
  const life = market.closeUs - market.openUs
  const done = moves === 0 ? 0 : Math.min(1, (moves * market.pace) / life)
  const pull = market.outcome.result === "scalar" ? 0 : done ** 5
  return Math.min(0.999, Math.max(0.001, free * (1 - pull) + (market.outcome.value / 10_000) * pull))
}

/** Seven markets in ten trade fractions of a contract; a count of the others is whole contracts. */
const asTraded = (market: MarketStory, count: Count): Count =>
  unit(market.key, 34) < 0.7 ? count : count - (count % 100)

const size = (market: MarketStory, moves: number, salt: number): Count => {
  const contracts = Math.ceil(
    10 ** (1 + 3 * unit(market.key, salt)) * (0.5 + unit(market.key, 1000 * salt + moves))
  )
  return asTraded(market, contracts * 100 + whole(market.key, salt + moves, 0, 99))
}

/** The sides without an order for good, about a third of all markets: nobody bids, nobody asks, or neither. */
const missing = (market: MarketStory) => {
  const u = unit(market.key, 35)
  return { bid: u < 0.22 || u >= 0.97, ask: u >= 0.89 }
}

export const bookAfter = (market: MarketStory, moves: number): Book => {
  const grid = market.event.lane.kind.grid
  const side = missing(market)
  const price = fair(market, moves) * 10_000
  const bid = gridFloor(grid, price)
  const ask = gridUp(grid, bid, 1 + Math.floor(5 * unit(market.key, 36) ** 3))
  const noBid = side.bid || bid <= 0
  const noAsk = side.ask || ask >= NO_ASK
  return {
    bid: noBid ? NO_BID : bid,
    ask: noAsk ? NO_ASK : ask,
    bidSize: noBid ? 0 : size(market, moves, 37),
    askSize: noAsk ? 0 : size(market, moves, 38)
  }
}

/** Contracts traded since the opening; grows by a whole lot a move, give or take up to one. */
const traded = (market: MarketStory, moves: number): Count => {
  const quiet = unit(market.key, 39) < 0.55
  if (market.pace === Number.POSITIVE_INFINITY) {
    return quiet ? 0 : asTraded(market, whole(market.key, 40, 100, 90_000))
  }
  const lot = whole(market.key, 41, 100, 40_000)
  return moves === 0 ? 0 : asTraded(market, Math.floor(lot * (moves + unit(market.key, 42 + moves))))
}

export const tradingAfter = (market: MarketStory, moves: number): Trading => {
  const volume = traded(market, moves)
  const aDay = market.pace === Number.POSITIVE_INFINITY ? 0 : Math.floor(DAY / market.pace)
  const before = moves > aDay && aDay > 0 ? moves - aDay : undefined
  const previous = before === undefined ? undefined : bookAfter(market, before)
  const grid = market.event.lane.kind.grid
  return {
    last: volume === 0 ? 0 : gridFloor(grid, fair(market, moves) * 10_000),
    volume,
    volume24h: before === undefined ? (aDay === 0 ? 0 : volume) : volume - traded(market, before),
    openInterest: asTraded(market, Math.floor(volume * (0.3 + 0.6 * unit(market.key, 43)))),
    previousBid: previous === undefined ? 0 : previous.bid,
    previousAsk: previous === undefined ? 0 : previous.ask,
    previousPrice: before === undefined ? 0 : gridFloor(grid, fair(market, before) * 10_000)
  }
}
