/** Whether the exchange is open, and once a day its schedule. They explain an hour without trades. */

import { sameUtcDay } from "../../units/time.ts"
import type { Feed } from "../feed.ts"
import { single } from "../request.ts"

const status = single("/exchange/status", null)
const schedule = single("/exchange/schedule", null)

export const exchange: Feed = {
  name: "exchange",
  about: "whether the exchange is open, and its schedule",
  everySeconds: 5 * 60,
  requests: ({ slot, watermark }) =>
    watermark !== undefined && sameUtcDay(slot, watermark) ? [status] : [status, schedule]
}
