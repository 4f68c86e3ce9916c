/** Every open market with its quote: one walk of 120 pages feeds `markets` and `price_snapshots`. */

import { MARKETS_FEED } from "../../endpoints.ts"
import type { SlotSeconds } from "../../units/time.ts"
import type { Feed, FeedRequest } from "../feed.ts"
import { EXCHANGE_BEGAN, spanned } from "../span.ts"

/** Open markets without combos, of which some 700 a minute are born and die unseen. */
const listing = (times: Readonly<Record<string, string>>): FeedRequest => ({
  endpoint: "GET /markets",
  path: "/markets",
  query: { limit: "1000", ...times, mve_filter: "exclude", status: "open" },
  items: "markets",
  paged: true,
  priced: true
})

/**
 * Requests the open markets up to a slot. A listing of open markets can be split by time of creation only.
 */
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
