/**
 * Markets that are not open yet, and what became of those that were: paused, closed, determined, disputed, amended.
 * One that no listing holds any more is asked for by name: settled since, archived, or purged.
 */

import type { SlotSeconds } from "../../units/time.ts"
import { batched, batches } from "../batch.ts"
import type { Feed, FeedRequest } from "../feed.ts"
import { EXCHANGE_BEGAN, spanned } from "../span.ts"

type Status = "closed" | "paused" | "unopened"

const listing = (status: Status, times: Readonly<Record<string, string>> = {}): FeedRequest => ({
  endpoint: "GET /markets",
  path: "/markets",
  query: { limit: "1000", ...times, mve_filter: "exclude", status },
  items: "markets",
  paged: true
})

/**
 * Requests the markets of one status. The exchange lists closed markets by close time and unopened markets by
 * creation time.
 */
const inTime = (status: Exclude<Status, "paused">, by: "close" | "created", slot: SlotSeconds): FeedRequest =>
  spanned(listing(status), {
    from: EXCHANGE_BEGAN,
    to: slot,
    ask: (from, to) => listing(status, { [`min_${by}_ts`]: String(from), [`max_${by}_ts`]: String(to) })
  })

/** What the live tier has let go of, the archive has; a provisional market that was purged is in neither. */
const byName = (tickers: ReadonlyArray<string>): ReadonlyArray<FeedRequest> =>
  (["/markets", "/historical/markets"] as const).map((path) =>
    batched(tickers, false, (some) => ({
      endpoint: `GET ${path}`,
      path,
      query: { limit: "1000", tickers: some.join(",") },
      items: "markets",
      paged: true
    }))
  )

export const states: Feed = {
  name: "states",
  about: "markets that are not open yet, or no more",
  everySeconds: 15 * 60,
  marketSet: "unlisted",
  requests: ({ slot, tickers }) => [
    inTime("unopened", "created", slot),
    inTime("closed", "close", slot),
    listing("paused"),
    ...batches(tickers).flatMap(byName)
  ]
}
