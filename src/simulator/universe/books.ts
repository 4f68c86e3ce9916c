/** Order books: the best orders of the quote with more orders behind them, on the market's own price grid. */

import { hasBook } from "../wire/market-json.ts"
import type { BookJson } from "../wire/wire.ts"
import { unit, whole } from "./chance.ts"
import type { Us } from "./instant.ts"
import type { MarketStory } from "./life.ts"
import { statusAt } from "./market-state.ts"
import { movesAt } from "./moves.ts"
import { bookAfter, sizeOf } from "./quotes.ts"
import { type Count, contracts, dollars, gridDown, gridUp, NO_ASK, NO_BID, type Price } from "./ticks.ts"

type Level = readonly [price: Price, count: Count]

/** The largest number of levels behind the best one of a side. */
const BEHIND_MAX = 14

export const EMPTY: BookJson = { no_dollars: [], yes_dollars: [] }

/**
 * Returns the levels of a side, beginning with the best. `next` returns the price that is a number of steps
 * worse.
 */
const levelsFrom = (
  market: MarketStory,
  moves: number,
  salt: number,
  best: Level,
  next: (price: Price, steps: number) => Price
): ReadonlyArray<Level> => {
  const levels = [best]
  const behind = whole(market.key, salt, 0, BEHIND_MAX)
  let [price] = best
  for (let n = 1; n <= behind; n++) {
    price = next(price, 1 + Math.floor(3 * unit(market.key, salt + n) ** 2))
    if (price <= NO_BID || price >= NO_ASK) break
    levels.push([price, sizeOf(market, moves, salt + n)])
  }
  return levels
}

/** Returns the best N levels, or all if N is 0; the worst first, as on the wire. */
const sideOf = (levels: ReadonlyArray<Level>, depth: number): Array<[string, string]> =>
  (depth === 0 ? levels : levels.slice(0, depth))
    .map(([price, count]): [string, string] => [dollars(price), contracts(count)])
    .reverse()

/**
 * Returns the book at a time, with `depth` levels a side, or all if `depth` is 0. The book is empty when the
 * market is not open.
 */
export const bookJson = (market: MarketStory, at: Us, depth: number): BookJson => {
  if (market.createdUs > at || !hasBook(statusAt(market, at))) return EMPTY
  const { grid } = market.event.lane.kind
  const moves = movesAt(market, at)
  const { ask, askSize, bid, bidSize } = bookAfter(market, moves)
  const bids =
    bid === NO_BID
      ? []
      : levelsFrom(market, moves, 200, [bid, bidSize], (price, steps) => gridDown(grid, price, steps))
  const asks =
    ask === NO_ASK
      ? []
      : levelsFrom(market, moves, 300, [ask, askSize], (price, steps) => gridUp(grid, price, steps))
  return {
    no_dollars: sideOf(
      asks.map(([price, count]) => [NO_ASK - price, count]),
      depth
    ),
    yes_dollars: sideOf(bids, depth)
  }
}
