/** Order books: the quote's best orders with more of them behind, on the market's own grid. */

import { hasBook } from "../wire/market-json.ts"
import type { BookJson } from "../wire/wire.ts"
import { unit, whole } from "./chance.ts"
import type { Us } from "./instant.ts"
import { type MarketStory, statusAt } from "./life.ts"
import { movesAt } from "./moves.ts"
import { bookAfter, sizeOf } from "./quotes.ts"
import { type Count, contracts, dollars, gridDown, gridUp, NO_ASK, NO_BID, type Price } from "./ticks.ts"

type Level = readonly [price: Price, count: Count]

/** Most levels behind the best one of a side. */
const BEHIND_MAX = 14

export const EMPTY: BookJson = { no_dollars: [], yes_dollars: [] }

/** A side from its best level on; `next` is the price so many steps worse. */
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

/** The best N, or all for zero; worst first, as the wire has them. */
const sideOf = (levels: ReadonlyArray<Level>, depth: number): Array<[string, string]> =>
  (depth === 0 ? levels : levels.slice(0, depth))
    .map(([price, count]): [string, string] => [dollars(price), contracts(count)])
    .reverse()

/** The book at a time, with so many levels a side, or all for zero; empty when the market is not open. */
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
