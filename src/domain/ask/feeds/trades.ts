/**
 * Every trade of the exchange since the last complete walk, newest first: some 80 pages a quarter of an
 * hour. Its cursors hold on to trades, not to places, so that new ones shift no page. The watermark moves
 * only when a walk has reached the old one; until then the next walk asks for all of it again.
 */

import type { SlotSeconds } from "../../units/time.ts"
import type { Feed, FeedContext, FeedRequest } from "../feed.ts"
import { spanned } from "../span.ts"

/** A first walk goes back this far. */
const FIRST_WALK_SECONDS = 60 * 60

/**
 * A trade may come onto the tape after younger ones, and answers are up to 15 s stale. Trades that are
 * seen again change no row; each minute of overlap adds 5,000 of them to the log.
 */
const OVERLAP_SECONDS = 3 * 60

const from = ({ begun, since, watermark }: FeedContext): SlotSeconds =>
  watermark === undefined ? (since ?? begun - FIRST_WALK_SECONDS) : watermark - OVERLAP_SECONDS

const tape = (times: Readonly<Record<string, string>>): FeedRequest => ({
  endpoint: "GET /markets/trades",
  path: "/markets/trades",
  query: { limit: "1000", ...times },
  items: "trades",
  paged: true
})

const newTrades = (context: FeedContext): FeedRequest =>
  spanned(tape({ min_ts: String(from(context)) }), {
    from: from(context),
    to: context.slot,
    ask: (from, to) => tape({ min_ts: String(from), max_ts: String(to) })
  })

export const trades: Feed = {
  name: "trades",
  about: "every trade",
  everySeconds: 15 * 60,
  requests: (context) => [newTrades(context)],
  reach: (context) => ({ from: from(context), kinds: ["trades"] })
}
