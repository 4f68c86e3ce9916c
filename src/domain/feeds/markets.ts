/** Every open market with its quote: one walk of 120 pages feeds `markets` and `price_snapshots`. */
import type { Feed, FeedRequest } from "../feed.ts"

/** Its listing makes price rows, as that of the combos does. */
export const MARKETS_FEED = "markets"

/** Open markets without combos, of which some 700 a minute are born and die unseen. */
export const openMarkets: FeedRequest = {
  endpoint: "GET /markets",
  path: "/markets",
  query: { limit: "1000", mve_filter: "exclude", status: "open" },
  items: "markets",
  paged: true
}

export const markets: Feed = {
  name: MARKETS_FEED,
  about: "every open market and its prices",
  everySeconds: 15 * 60,
  requests: () => [openMarkets]
}
