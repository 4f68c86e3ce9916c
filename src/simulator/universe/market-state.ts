/** The state of a market at a time: its status, the close announced so far, and how often it has changed. */
import type { MarketStatus } from "../wire/wire.ts"
import { unit } from "./chance.ts"
import type { Us } from "./instant.ts"
import type { MarketStory } from "./life.ts"

/** Returns the status at a time, which must not be before the market's creation. */
export const statusAt = (market: MarketStory, at: Us): MarketStatus => {
  if (at < market.openUs) return "initialized"
  if (at < market.closeUs) {
    return at >= market.pausedFromUs && at < market.pausedUntilUs ? "inactive" : "active"
  }
  if (at >= market.finalizedUs) return "finalized"
  const { amendedUs, determinedUs, disputedUs } = market.settlement
  if (at < determinedUs) return "closed"
  if (at < disputedUs) return "determined"
  return at < amendedUs ? "disputed" : "amended"
}

/**
 * The time from an opening until it is noted and the orders that waited for it are traded, in microseconds.
 */
export const OPENING: Us = 714_000

/** The share of markets whose rules are amended, which can happen while they trade. */
const AMENDED_RULES = 0.02

/** Returns the time from which a market has other rules; its close if they stay. */
const rulesChangedAt = (market: MarketStory): Us =>
  unit(market.key, 61) < AMENDED_RULES
    ? market.openUs + Math.floor((market.closeUs - market.openUs) * (0.2 + 0.6 * unit(market.key, 62)))
    : market.closeUs

export const hasOtherRules = (market: MarketStory, at: Us): boolean =>
  at >= rulesChangedAt(market) && rulesChangedAt(market) < market.closeUs

/** Returns the times up to now at which something other than trading changed. */
const changesBy = (market: MarketStory, at: Us): ReadonlyArray<Us> => {
  const { closeUs, movedUs, openUs, pausedFromUs, pausedUntilUs } = market
  const trading = [
    openUs,
    openUs + OPENING,
    pausedFromUs,
    pausedUntilUs,
    rulesChangedAt(market),
    movedUs,
    closeUs
  ]
  if (at < closeUs) return trading.filter((moment) => moment <= at)
  const { amendedUs, determinedUs, disputedUs, finalizedUs } = market.settlement
  return [...trading, determinedUs, disputedUs, amendedUs, finalizedUs].filter((moment) => moment <= at)
}

/** Returns the number of changes so far. While it stays the same, so does everything but the quote. */
export const turnsAt = (market: MarketStory, at: Us): number => changesBy(market, at).length

/** Returns the time at which something other than trading last changed: the `updated_time`. */
export const updatedAt = (market: MarketStory, at: Us): Us =>
  Math.max(market.createdUs, ...changesBy(market, at))

/** Returns the close that is announced at a time. */
export const announcedClose = (market: MarketStory, at: Us): Us =>
  at >= market.movedUs ? market.closeUs : market.listedCloseUs
