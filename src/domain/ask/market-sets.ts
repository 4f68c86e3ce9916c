/** A roster is drawn from the tables, and so after the walks of the same slot that bring them up to date. */
import { MARKETS_FEED } from "../endpoints.ts"
import type { Roster } from "./feed.ts"
import { settlements } from "./feeds/settlements.ts"
import { states } from "./feeds/states.ts"

/** The feeds to wait for, if they are being recorded. */
export const drawnAfter: Readonly<Record<Roster, ReadonlyArray<string>>> = {
  open: [MARKETS_FEED],
  traded: [MARKETS_FEED],
  trading: [MARKETS_FEED, settlements.name, states.name],
  astray: [MARKETS_FEED],
  // Whose event is not known by now is asked about an hour later: no walk waits for another without need.
  eventless: []
}
