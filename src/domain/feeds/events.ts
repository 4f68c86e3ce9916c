/** Every event with an open market: 56 pages at the exchange's maximum of 200 a page. */
import type { Feed, FeedRequest } from "../feed.ts"

export const openEvents: FeedRequest = {
  endpoint: "GET /events",
  path: "/events",
  query: { limit: "200", status: "open" },
  items: "events",
  paged: true
}

export const events: Feed = {
  name: "events",
  about: "every event with an open market",
  everySeconds: 60 * 60,
  requests: () => [openEvents]
}
