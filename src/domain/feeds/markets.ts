/** Every open market with its quote: one walk of 120 pages feeds `markets` and `price_snapshots`. */
import type { Feed, FeedRequest } from "../feed.ts"
import { EXCHANGE_BEGAN, spanned } from "../span.ts"
import type { SlotSeconds } from "../time.ts"

/** Its listing makes price rows, as that of the combos does. */
export const MARKETS_FEED = "markets"

/** Open markets without combos, of which some 700 a minute are born and die unseen. */
const listing = (times: Readonly<Record<string, string>>): FeedRequest => ({
  endpoint: "GET /markets",
  path: "/markets",
  query: { limit: "1000", ...times, mve_filter: "exclude", status: "open" },
  items: "markets",
  paged: true,
  priced: true
})

/** Of the kinds of time that the exchange lists markets by, open ones take that of their creation. */
export const openMarkets = (slot: SlotSeconds): FeedRequest =>
  spanned(listing({}), {
    from: EXCHANGE_BEGAN,
    to: slot,
    ask: (from, to) => listing({ min_created_ts: String(from), max_created_ts: String(to) })
  })

export const markets: Feed = {
  name: MARKETS_FEED,
  about: "every open market and its prices",
  everySeconds: 15 * 60,
  steady: true,
  requests: ({ slot }) => [openMarkets(slot)]
}
