/** Markets that were settled since the last complete walk, with an overlap. */
import type { Feed, FeedContext, FeedRequest } from "../feed.ts"

/** A first walk goes back this far. */
const FIRST_WALK_SECONDS = 24 * 60 * 60

/** Listings are up to 15 s stale, and rows that settle in mid-walk may stand on a page already read. */
const OVERLAP_SECONDS = 15 * 60

export const settledMarkets = ({ since, slot, watermark }: FeedContext): FeedRequest => ({
  endpoint: "GET /markets",
  path: "/markets",
  query: {
    limit: "1000",
    min_settled_ts: String(
      watermark === undefined ? (since ?? slot - FIRST_WALK_SECONDS) : watermark - OVERLAP_SECONDS
    ),
    mve_filter: "exclude",
    status: "settled"
  },
  items: "markets",
  paged: true
})

export const settlements: Feed = {
  name: "settlements",
  about: "markets that were settled",
  everySeconds: 15 * 60,
  requests: (context) => [settledMarkets(context)]
}
