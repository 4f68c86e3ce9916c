/**
 * Combos: markets on several events at once. Hundreds are made every minute, and most are never traded. They
 * are three quarters of all open markets, so they are recorded only if a user names the feed. Their settlements
 * are a listing too: asked for by name they would take a hundred requests an hour, mostly for purged combos.
 */

import { COMBOS_FEED } from "../../endpoints.ts"
import type { Feed } from "../feed.ts"
import { listing } from "../request.ts"
import { settledCombos } from "./settlements.ts"

export const combos: Feed = {
  name: COMBOS_FEED,
  about: "events and markets that combine others, open and settled",
  everySeconds: 60 * 60,
  onDemand: true,
  background: true,
  requests: (context) => [
    listing("/events/multivariate", "events", { limit: "200" }),
    listing("/markets", "markets", { limit: "1000", mve_filter: "only", status: "open" }),
    settledCombos(context)
  ]
}
