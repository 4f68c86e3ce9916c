/** Every open market with its quote. One walk of 120 pages brings `markets` and `price_snapshots`. */

import { MARKETS_FEED } from "../../endpoints.ts"
import type { SlotSeconds } from "../../units/time.ts"
import type { Feed } from "../feed.ts"
import { type FeedRequest, listing } from "../request.ts"
import { EXCHANGE_BEGAN, spanned } from "../split-span.ts"

/** Requests open markets without combos, of which some 700 a minute are created and closed unseen. */
const open = (times: Readonly<Record<string, string>>): FeedRequest => ({
  ...listing("/markets", "markets", { limit: "1000", ...times, mve_filter: "exclude", status: "open" }),
  priced: true
})

/**
 * Requests the open markets up to a slot. A listing of open markets can be split by time of creation only.
 */
export const openMarkets = (slot: SlotSeconds): FeedRequest =>
  spanned(open({}), {
    from: EXCHANGE_BEGAN,
    to: slot,
    ask: (from, to) => open({ min_created_ts: String(from), max_created_ts: String(to) })
  })

export const markets: Feed = {
  name: MARKETS_FEED,
  about: "every open market and its prices",
  everySeconds: 15 * 60,
  steady: true,
  requests: ({ slot }) => [openMarkets(slot)]
}
