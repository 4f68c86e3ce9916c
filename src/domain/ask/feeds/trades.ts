/**
 * Every trade of the exchange since the last complete walk, newest first: some 80 pages a quarter of an hour.
 * A cursor points to a trade and not to a position, so new trades shift no page. The watermark moves only when a
 * walk has reached the old one; until then the next walk asks for all of it again.
 */

import { type Feed, type FeedContext, walkStart } from "../feed.ts"
import { type FeedRequest, listing } from "../request.ts"
import { spanned } from "../split-span.ts"

const FIRST_WALK_SECONDS = 60 * 60

/**
 * A trade may appear on the tape after later ones, and answers are up to 15 s stale. Trades that are seen again
 * change no row; each minute of overlap adds 5,000 of them to the log.
 */
const OVERLAP_SECONDS = 3 * 60

const from = (context: FeedContext) => walkStart(context, FIRST_WALK_SECONDS, OVERLAP_SECONDS)

const tape = (times: Readonly<Record<string, string>>): FeedRequest =>
  listing("/markets/trades", "trades", { limit: "1000", ...times })

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
