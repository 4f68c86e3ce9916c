/** Every series: one answer of 18 MB at first, and then what has changed since. */
import type { Feed, FeedContext, FeedRequest } from "../feed.ts"

/** Listings are up to 15 s stale, and a change may show later than the time it is stamped with. */
const OVERLAP_SECONDS = 60 * 60

const changedSeries = ({ watermark }: FeedContext): FeedRequest => ({
  endpoint: "GET /series",
  path: "/series",
  query: watermark === undefined ? {} : { min_updated_ts: String(watermark - OVERLAP_SECONDS) },
  items: "series",
  paged: false
})

export const series: Feed = {
  name: "series",
  about: "every series, with its categories, contract and fees",
  everySeconds: 24 * 60 * 60,
  requests: (context) => [changedSeries(context)]
}
