/**
 * Combos: markets on several events at once, made by the hundred every minute and mostly never traded.
 * Three quarters of all open markets are combos, so they are recorded only when asked for. What became of those
 * that were is a listing too: by name it would be a hundred requests an hour, for combos that were purged mostly.
 */
import { COMBOS_FEED } from "../../endpoints.ts"
import type { Feed } from "../feed.ts"
import { settledCombos } from "./settlements.ts"

export const combos: Feed = {
  name: COMBOS_FEED,
  about: "events and markets that combine others, open and settled",
  everySeconds: 60 * 60,
  onDemand: true,
  background: true,
  requests: (context) => [
    {
      endpoint: "GET /events/multivariate",
      path: "/events/multivariate",
      query: { limit: "200" },
      items: "events",
      paged: true
    },
    {
      endpoint: "GET /markets",
      path: "/markets",
      query: { limit: "1000", mve_filter: "only", status: "open" },
      items: "markets",
      paged: true
    },
    settledCombos(context)
  ]
}
