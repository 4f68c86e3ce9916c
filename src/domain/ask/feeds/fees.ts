/**
 * The changes of fees: of series those of the past too, of events only those that are still to come. So a change of
 * an event's fee that was made and took effect between two walks is not seen.
 */

import type { Feed } from "../feed.ts"
import { listing, single } from "../request.ts"

export const fees: Feed = {
  name: "fees",
  about: "changes of the fees of series and events, made and scheduled",
  everySeconds: 24 * 60 * 60,
  requests: () => [
    single("/series/fee_changes", "series_fee_change_arr", { show_historical: "true" }),
    listing("/events/fee_changes", "event_fee_changes", { limit: "100" })
  ]
}
