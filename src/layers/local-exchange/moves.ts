/** When a market's quote moves: a step of the grid every now and then, from the opening to the close. */
import { QUOTE_GRID, type Us } from "./instant.ts"
import type { MarketStory } from "./life.ts"

/** Spreads markets' moves over the grid, so that not all of one pace move at the same instant. */
const offset = (market: MarketStory): Us =>
  (market.luck % Math.max(1, Math.floor(market.pace / QUOTE_GRID))) * QUOTE_GRID

const cell = (market: MarketStory, at: Us): number => Math.floor((at + offset(market)) / market.pace)

/** How often the quote has moved by this time: 0 at the opening, frozen at the close. */
export const movesAt = (market: MarketStory, at: Us): number => {
  if (market.pace === Number.POSITIVE_INFINITY || at <= market.openUs) return 0
  return cell(market, Math.min(at, market.closeUs - 1)) - cell(market, market.openUs)
}

/** When the quote makes its nth move, at least one; of no meaning for a market that never moves. */
export const movedAt = (market: MarketStory, moves: number): Us =>
  (cell(market, market.openUs) + moves) * market.pace - offset(market)

/** The moves of its whole life. */
export const lastMove = (market: MarketStory): number => movesAt(market, market.closeUs)
