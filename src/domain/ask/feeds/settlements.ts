/** Markets that were settled since the last complete walk, with an overlap. */

import type { SlotSeconds } from "../../units/time.ts"
import { type Feed, type FeedContext, walkStart } from "../feed.ts"
import type { Reach } from "../live-tier.ts"
import { type FeedRequest, listing } from "../request.ts"
import { spanned } from "../split-span.ts"

const FIRST_WALK_SECONDS = 24 * 60 * 60

/** Listings are up to 15 s stale, and a market that settles during a walk may stand on a page already read. */
const OVERLAP_SECONDS = 15 * 60

const from = (context: FeedContext) => walkStart(context, FIRST_WALK_SECONDS, OVERLAP_SECONDS)

/** How far back `settledMarkets` asks. */
export const settledReach = (context: FeedContext): Reach => ({ from: from(context), kinds: ["markets"] })

const settledSince = (since: SlotSeconds, slot: SlotSeconds, combos: "exclude" | "only"): FeedRequest => {
  const settled = (times: Readonly<Record<string, string>>) =>
    listing("/markets", "markets", { limit: "1000", ...times, mve_filter: combos, status: "settled" })
  return spanned(settled({ min_settled_ts: String(since) }), {
    from: since,
    to: slot,
    ask: (from, to) => settled({ min_settled_ts: String(from), max_settled_ts: String(to) })
  })
}

export const settledMarkets = (context: FeedContext): FeedRequest =>
  settledSince(from(context), context.slot, "exclude")

/** Requests settled combos. A first walk does not go back, because no combo was recorded before. */
export const settledCombos = ({ begun, since, slot, watermark }: FeedContext): FeedRequest =>
  settledSince((watermark ?? since ?? begun) - OVERLAP_SECONDS, slot, "only")

export const settlements: Feed = {
  name: "settlements",
  about: "markets that were settled",
  everySeconds: 15 * 60,
  requests: (context) => [settledMarkets(context)],
  reach: settledReach
}
