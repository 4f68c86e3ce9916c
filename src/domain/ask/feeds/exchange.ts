/** Whether the exchange is open, and once a day its schedule: what explains a flat hour. */

import { sameUtcDay } from "../../units/time.ts"
import type { Feed, FeedRequest } from "../feed.ts"

const status: FeedRequest = {
  endpoint: "GET /exchange/status",
  path: "/exchange/status",
  query: {},
  items: null,
  paged: false
}

const schedule: FeedRequest = {
  endpoint: "GET /exchange/schedule",
  path: "/exchange/schedule",
  query: {},
  items: null,
  paged: false
}

export const exchange: Feed = {
  name: "exchange",
  about: "whether the exchange is open, and its schedule",
  everySeconds: 5 * 60,
  requests: ({ slot, watermark }) =>
    watermark !== undefined && sameUtcDay(slot, watermark) ? [status] : [status, schedule]
}
