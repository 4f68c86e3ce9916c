/**
 * Markets that are not open yet, and what became of those that were: paused, closed, determined, disputed, amended.
 * One that no listing holds any more is asked for by name: settled since, archived, or purged.
 */
import { batched, batches } from "../batch.ts"
import type { Feed, FeedRequest } from "../feed.ts"

const listing = (status: "closed" | "paused" | "unopened"): FeedRequest => ({
  endpoint: "GET /markets",
  path: "/markets",
  query: { limit: "1000", mve_filter: "exclude", status },
  items: "markets",
  paged: true
})

/** What the live tier has let go of, the archive has; a provisional market that was purged is in neither. */
const byName = (tickers: ReadonlyArray<string>): ReadonlyArray<FeedRequest> =>
  (["/markets", "/historical/markets"] as const).map((path) =>
    batched(tickers, null, (some) => ({
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
  roster: "astray",
  requests: ({ tickers }) => [
    listing("unopened"),
    listing("closed"),
    listing("paused"),
    ...batches(tickers).flatMap(byName)
  ]
}
