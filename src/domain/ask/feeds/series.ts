/** Every series: one answer of 18 MB on the first walk, and then the series that have changed since. */

import type { Feed } from "../feed.ts"
import { single } from "../request.ts"

/** Listings are up to 15 s stale, and a change may appear later than its time says. */
const OVERLAP_SECONDS = 60 * 60

export const series: Feed = {
  name: "series",
  about: "every series, with its categories, contract and fees",
  everySeconds: 24 * 60 * 60,
  requests: ({ watermark }) => [
    single(
      "/series",
      "series",
      watermark === undefined ? {} : { min_updated_ts: String(watermark - OVERLAP_SECONDS) }
    )
  ]
}
