/** Markets that were settled since the last complete walk, with an overlap. */

import type { SlotSeconds } from "../../units/time.ts"
import type { Feed, FeedContext, FeedRequest } from "../feed.ts"
import type { Reach } from "../live-tier.ts"
import { spanned } from "../span.ts"

/** A first walk goes back this far. */
const FIRST_WALK_SECONDS = 24 * 60 * 60

/** Listings are up to 15 s stale, and rows that settle in mid-walk may stand on a page already read. */
const OVERLAP_SECONDS = 15 * 60

const from = ({ begun, since, watermark }: FeedContext): SlotSeconds =>
  watermark === undefined ? (since ?? begun - FIRST_WALK_SECONDS) : watermark - OVERLAP_SECONDS

/** How far back `settledMarkets` asks. */
export const settledReach = (context: FeedContext): Reach => ({ from: from(context), kinds: ["markets"] })

const settledSince = (since: SlotSeconds, slot: SlotSeconds, combos: "exclude" | "only"): FeedRequest => {
  const listing = (times: Readonly<Record<string, string>>): FeedRequest => ({
    endpoint: "GET /markets",
    path: "/markets",
    query: { limit: "1000", ...times, mve_filter: combos, status: "settled" },
    items: "markets",
    paged: true
  })
  return spanned(listing({ min_settled_ts: String(since) }), {
    from: since,
    to: slot,
    ask: (from, to) => listing({ min_settled_ts: String(from), max_settled_ts: String(to) })
  })
}

export const settledMarkets = (context: FeedContext): FeedRequest =>
  settledSince(from(context), context.slot, "exclude")

/** Combos that settled before any was recorded are nobody's: a first walk does not go back. */
export const settledCombos = ({ begun, since, slot, watermark }: FeedContext): FeedRequest =>
  settledSince((watermark ?? since ?? begun) - OVERLAP_SECONDS, slot, "only")

export const settlements: Feed = {
  name: "settlements",
  about: "markets that were settled",
  everySeconds: 15 * 60,
  requests: (context) => [settledMarkets(context)],
  reach: settledReach
}
