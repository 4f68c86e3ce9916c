/**
 * Every event with an open market, once a UTC day: 56 pages at the exchange's maximum of 200 a page. In
 * between, the events whose words have changed; one whose markets merely opened shows in the next day's walk.
 */
import type { Feed, FeedRequest } from "../feed.ts"
import { type SlotSeconds, sameUtcDay } from "../time.ts"

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

export const events: Feed = {
  name: "events",
  about: "every event with an open market",
  everySeconds: 60 * 60,
  requests: ({ slot, watermark }) => [
    watermark !== undefined && sameUtcDay(slot, watermark) ? changedEvents(watermark) : openEvents
  ]
}
