/**
 * Markets that are not open yet, and those that are no longer open: paused, closed, determined, disputed,
 * amended. A market that no listing has any more is asked for by name: it was settled, moved to the historical tier, or purged.
 */

import type { SlotSeconds } from "../../units/time.ts"
import { batched, batches } from "../batch.ts"
import type { Feed } from "../feed.ts"
import { type FeedRequest, listing } from "../request.ts"
import { EXCHANGE_BEGAN, spanned } from "../split-span.ts"

type Status = "closed" | "paused" | "unopened"

const inState = (status: Status, times: Readonly<Record<string, string>> = {}): FeedRequest =>
  listing("/markets", "markets", { limit: "1000", ...times, mve_filter: "exclude", status })

/**
 * Requests the markets of one status. The exchange lists closed markets by close time and unopened markets by
 * creation time.
 */
const inTime = (status: Exclude<Status, "paused">, by: "close" | "created", slot: SlotSeconds): FeedRequest =>
  spanned(inState(status), {
    from: EXCHANGE_BEGAN,
    to: slot,
    ask: (from, to) => inState(status, { [`min_${by}_ts`]: String(from), [`max_${by}_ts`]: String(to) })
  })

/** Asks both tiers for markets by name. A provisional market that was purged is in neither. */
const byName = (tickers: ReadonlyArray<string>): ReadonlyArray<FeedRequest> =>
  ["/markets", "/historical/markets"].map((path) =>
    batched(tickers, false, (some) => listing(path, "markets", { limit: "1000", tickers: some.join(",") }))
  )

export const states: Feed = {
  name: "states",
  about: "markets that are not open yet, or no more",
  everySeconds: 15 * 60,
  marketSet: "unlisted",
  requests: ({ slot, tickers }) => [
    inTime("unopened", "created", slot),
    inTime("closed", "close", slot),
    inState("paused"),
    ...batches(tickers).flatMap(byName)
  ]
}
