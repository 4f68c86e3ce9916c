/**
 * Named sets of markets that feeds ask about one by one. A set is read from the tables, so it is read after the
 * walks of the same slot that bring the tables up to date.
 */
import { MARKETS_FEED } from "../endpoints.ts"
import type { MarketSet } from "./feed.ts"
import { settlements } from "./feeds/settlements.ts"
import { states } from "./feeds/states.ts"

/** The feeds whose walks a set waits for, if they are being recorded. */
export const readAfter: Readonly<Record<MarketSet, ReadonlyArray<string>>> = {
  open: [MARKETS_FEED],
  liquid: [MARKETS_FEED],
  liquidOrJustClosed: [MARKETS_FEED, settlements.name, states.name],
  unlisted: [MARKETS_FEED],
  // An event that is not known by now is asked about an hour later, so this set waits for no walk.
  withoutEvent: []
}
