/**
 * Every event with an open market, once a UTC day: 56 pages at the exchange's maximum of 200 a page. In
 * between, the events whose words have changed, and by name those that markets speak of and no listing had:
 * not every event says when it was changed, and one may be over within the day.
 */

import { type SlotSeconds, sameUtcDay } from "../../units/time.ts"
import { batched, batches } from "../batch.ts"
import type { Feed, FeedRequest } from "../feed.ts"

/** Listings are up to 15 s stale, and a change may show later than the time it is stamped with. */
const OVERLAP_SECONDS = 60 * 60

export const openEvents: FeedRequest = {
  endpoint: "GET /events",
  path: "/events",
  query: { limit: "200", status: "open" },
  items: "events",
  paged: true
}

/** Of any status: the last words about an event come when it is over. */
const changedEvents = (watermark: SlotSeconds): FeedRequest => ({
  ...openEvents,
  query: { limit: "200", min_updated_ts: String(watermark - OVERLAP_SECONDS) }
})

const byName = (tickers: ReadonlyArray<string>): FeedRequest => ({
  ...openEvents,
  query: { limit: "200", tickers: tickers.join(",") }
})

export const events: Feed = {
  name: "events",
  about: "every event with an open market",
  everySeconds: 60 * 60,
  marketSet: "withoutEvent",
  requests: ({ slot, tickers, watermark }) => [
    watermark !== undefined && sameUtcDay(slot, watermark) ? changedEvents(watermark) : openEvents,
    ...batches(tickers).map((some) => batched(some, false, byName))
  ]
}
