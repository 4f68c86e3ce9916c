/**
 * Every event with an open market, once a UTC day: 56 pages at the exchange's maximum of 200 events a page. In
 * between it asks for events that have changed, and by name for events of recorded markets that no listing had:
 * not every event has a time of change, and an event may be over within the day.
 */

import { type SlotSeconds, sameUtcDay } from "../../units/time.ts"
import { batched, batches } from "../batch.ts"
import type { Feed } from "../feed.ts"
import { type FeedRequest, listing } from "../request.ts"

/** Listings are up to 15 s stale, and a change may appear later than its time says. */
const OVERLAP_SECONDS = 60 * 60

const eventsBy = (query: Readonly<Record<string, string>>): FeedRequest =>
  listing("/events", "events", { limit: "200", ...query })

export const openEvents: FeedRequest = eventsBy({ status: "open" })

/** Requests the changed events of any status, since an event is last described when it is over. */
const changedEvents = (watermark: SlotSeconds): FeedRequest =>
  eventsBy({ min_updated_ts: String(watermark - OVERLAP_SECONDS) })

const byName = (tickers: ReadonlyArray<string>): FeedRequest => eventsBy({ tickers: tickers.join(",") })

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
