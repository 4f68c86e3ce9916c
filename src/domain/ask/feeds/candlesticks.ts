/**
 * Candles of every market that has traded, in batches of markets and slices of time that the exchange accepts.
 * Both ends of a slice belong to it, so a candle on the edge of two slices is requested twice.
 */

import { newYorkMidnight } from "../../units/new-york.ts"
import type { Period } from "../../units/period.ts"
import { boundaryAtOrBefore, type SlotSeconds } from "../../units/time.ts"
import { batched, batches } from "../batch.ts"
import type { Feed, FeedContext } from "../feed.ts"
import { periodsMax } from "../limits.ts"
import { type FeedRequest, single } from "../request.ts"

const FIRST_WALK_SECONDS = 24 * 60 * 60

/** Returns the last end of a period at or before a time. */
const endAtOrBefore = (moment: SlotSeconds, period: Period): SlotSeconds =>
  period === 1440 ? newYorkMidnight(moment) : boundaryAtOrBefore(moment * 1000, period * 60)

const slicesOf = (from: SlotSeconds, to: SlotSeconds, lengthSeconds: number) =>
  Array.from({ length: Math.max(1, Math.ceil((to - from) / lengthSeconds)) }, (_, index) => {
    const start = from + index * lengthSeconds
    return { start, end: Math.min(start + lengthSeconds, to) }
  })

/** Returns the start of a walk. The last candle of the walk before is included: it may have been unfinished. */
const fromOf = (period: Period, { begun, since, watermark }: FeedContext): SlotSeconds =>
  endAtOrBefore(watermark ?? since ?? begun - FIRST_WALK_SECONDS, period)

const candlesOf = (period: Period, context: FeedContext): ReadonlyArray<FeedRequest> => {
  const { slot, tickers } = context
  const from = fromOf(period, context)
  const to = endAtOrBefore(slot, period)
  if (from > to) return []
  return batches(tickers).flatMap((batch) =>
    slicesOf(from, to, periodsMax(batch.length) * period * 60).map(({ end, start }) =>
      batched(batch, true, (some) =>
        single("/markets/candlesticks", "markets", {
          market_tickers: some.join(","),
          start_ts: String(start),
          end_ts: String(end),
          period_interval: String(period)
        })
      )
    )
  )
}

const NAME = "candlesticks"
const USUAL_PERIOD = 60

/**
 * Makes the feed of a period. Each period has a feed and a watermark of its own, so that a period that is added
 * later begins with a first walk. Nothing is lost by waiting, because the exchange keeps its candles.
 */
export const candlesticksOf = (period: Period): Feed => ({
  name: period === USUAL_PERIOD ? NAME : `${NAME}-${period}`,
  about: `candles of ${period} minutes, of every market that has traded`,
  everySeconds: 24 * 60 * 60,
  background: true,
  marketSet: "liquidOrJustClosed",
  requests: (context) => candlesOf(period, context),
  reach: (context) => ({ from: fromOf(period, context), kinds: ["markets", "candlesticks"], period })
})

export const candlesticks: Feed = candlesticksOf(USUAL_PERIOD)
