/**
 * The times at which a market's quote moves. Moves lie on a grid of fixed steps between the opening and the
 * close.
 */
import { QUOTE_GRID, type Us } from "./instant.ts"
import type { MarketStory } from "./life.ts"

/**
 * Returns the offset of a market's moves on the grid, so that markets of the same pace do not all move at
 * once.
 */
const offset = (market: MarketStory): Us =>
  (market.luck % Math.max(1, Math.floor(market.pace / QUOTE_GRID))) * QUOTE_GRID

const cell = (market: MarketStory, at: Us): number => Math.floor((at + offset(market)) / market.pace)

/** Returns how often the quote has moved by a time: 0 at the opening, and no more moves after the close. */
export const movesAt = (market: MarketStory, at: Us): number => {
  if (market.pace === Number.POSITIVE_INFINITY || at <= market.openUs) return 0
  return cell(market, Math.min(at, market.closeUs - 1)) - cell(market, market.openUs)
}

/**
 * Returns the time of the quote's nth move, counted from 1. The result is undefined for a market that never
 * moves.
 */
export const movedAt = (market: MarketStory, moves: number): Us =>
  (cell(market, market.openUs) + moves) * market.pace - offset(market)

/** Returns the number of moves in the market's whole life. */
export const lastMove = (market: MarketStory): number => movesAt(market, market.closeUs)
