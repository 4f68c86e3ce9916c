/**
 * Combos: markets on several events at once, made by the hundred every minute and mostly never traded.
 * Three quarters of all open markets are combos, so they are recorded only when asked for.
 */
import type { Feed } from "../feed.ts"

export const combos: Feed = {
  name: "combos",
  about: "events and open markets that combine others",
  everySeconds: 60 * 60,
  onDemand: true,
  background: true,
  requests: () => [
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
    }
  ]
}
