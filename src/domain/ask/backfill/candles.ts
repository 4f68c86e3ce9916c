/**
 * Plans the candles of a backfill. The live tier takes many markets in a request, the historical tier one.
 * Markets that existed at about the same time for about as long share a batch, so that few of the requested
 * periods lie outside the life of a market.
 *
 * An attempt finds in the log which requests earlier attempts have made, by the text of the requests. The batches
 * therefore depend on nothing that changes meanwhile: neither on today's tier boundary, nor on how a market
 * ended after the backfill was requested. If the tables have changed nevertheless, a batch is requested again.
 */

import type { Period } from "../../units/period.ts"
import { earlier, later, type SlotSeconds } from "../../units/time.ts"
import { batched, parts, TICKERS_MAX } from "../batch.ts"
import { periodsMax } from "../limits.ts"
import type { TierBoundary } from "../live-tier.ts"
import { type FeedRequest, single } from "../request.ts"
import {
  type BackfillListing,
  type BackfillSpec,
  type MarketLife,
  reachesHistorical,
  reachesLive,
  type TierPlan
} from "./plan.ts"

/**
 * The number of candles in a request to the historical tier, which takes one market a request. The limit is not
 * documented; 400 was seen above it.
 */
const HISTORICAL_CANDLES_MAX = 5000

/** The day on which New York sets its clocks back has an hour more. */
const longestSeconds = (period: Period) => period * 60 + (period === 1440 ? 60 * 60 : 0)

/** The part of a market's life whose candles are requested. */
interface Stretch {
  readonly life: MarketLife
  readonly start: SlotSeconds
  readonly end: SlotSeconds
}

const stretchOf = (
  life: MarketLife,
  { from, period, to }: BackfillSpec,
  now: SlotSeconds
): ReadonlyArray<Stretch> => {
  const start = later(from, life.opened)
  if (start === null) return []
  // The last candle ends after the market's close.
  const last = life.closes === null ? null : life.closes + longestSeconds(period)
  const end = earlier(earlier(to, last), now) ?? now
  return start < end ? [{ life, start, end }] : []
}

const slices = (start: SlotSeconds, end: SlotSeconds, step: number, period: Period) =>
  Array.from({ length: Math.ceil((end - start) / step) }, (_, n) => ({
    start_ts: String(start + n * step),
    end_ts: String(Math.min(start + (n + 1) * step, end)),
    period_interval: String(period)
  }))

/** Returns the longest time range, in seconds, that a request for this many markets may cover. */
const stepSeconds = (markets: number, period: Period) => periodsMax(markets) * period * 60

/** Markets that share their requests, and the time range that covers all their stretches. */
interface Group {
  readonly members: Array<Stretch>
  readonly start: SlotSeconds
  end: SlotSeconds
}

const requestsFor = (markets: number, seconds: number, period: Period) =>
  Math.ceil(seconds / stepSeconds(markets, period))

/** Tells whether adding a stretch to a group saves a request. */
const joins = ({ end, members, start }: Group, one: Stretch, period: Period): boolean => {
  if (members.length === TICKERS_MAX) return false
  const apart = requestsFor(members.length, end - start, period) + requestsFor(1, one.end - one.start, period)
  return requestsFor(members.length + 1, Math.max(end, one.end) - start, period) < apart
}

/** A request of a hundred markets takes some 98 periods. Lives shorter than this count as equally long. */
const SHORT_PERIODS = 64

/** Buckets lives by length in powers of four, so that short and long markets are not batched together. */
const lengthClass = ({ end, start }: Stretch, period: Period): number =>
  Math.max(0, Math.ceil(Math.log2((end - start) / (period * 60 * SHORT_PERIODS)) / 2))

/**
 * Groups the stretches in order of time, so that a market that the tables learn of later changes no group
 * before its own.
 */
const groupsOf = (stretches: ReadonlyArray<Stretch>, period: Period): ReadonlyArray<Group> => {
  const classed = stretches
    .map((one) => ({ one, length: lengthClass(one, period) }))
    .sort(
      (a, b) =>
        a.length - b.length ||
        a.one.start - b.one.start ||
        a.one.end - b.one.end ||
        (a.one.life.ticker < b.one.life.ticker ? -1 : 1)
    )
  const groups: Array<Group> = []
  let length = -1
  for (const next of classed) {
    const group = groups.at(-1)
    if (group === undefined || next.length !== length || !joins(group, next.one, period)) {
      groups.push({ members: [next.one], start: next.one.start, end: next.one.end })
    } else {
      group.members.push(next.one)
      group.end = Math.max(group.end, next.one.end)
    }
    length = next.length
  }
  return groups
}

const listingOf = (request: FeedRequest): BackfillListing => ({ request, about: request.batch?.names ?? [] })

const batchOf = (tickers: ReadonlyArray<string>, query: FeedRequest["query"]): BackfillListing =>
  listingOf(
    batched(tickers, true, (some) =>
      single("/markets/candlesticks", "markets", { ...query, market_tickers: some.join(",") })
    )
  )

const historicalOf = ({ end, life, start }: Stretch, period: Period): ReadonlyArray<BackfillListing> =>
  slices(start, end, HISTORICAL_CANDLES_MAX * period * 60, period).map((query) => ({
    request: {
      endpoint: "GET /historical/markets/{ticker}/candlesticks",
      path: `/historical/markets/${encodeURIComponent(life.ticker)}/candlesticks`,
      query,
      items: "candlesticks",
      paged: false
    },
    about: [life.ticker]
  }))

/** Splits a batch into two halves. The result is empty for a listing that cannot be split. */
export const halves = ({ request: { batch } }: BackfillListing): ReadonlyArray<BackfillListing> =>
  batch === undefined || batch.names.length < 2 ? [] : parts(batch, batch.names, "halves").map(listingOf)

/** The tier boundary when the backfill was first worked on, and the newest one. */
export interface TierBoundaries {
  readonly first: TierBoundary
  readonly now: TierBoundary
}

/**
 * Plans the candles of each market's life within the selection. `now` is the end for markets that are still
 * open.
 */
export const candleRequests = (
  spec: BackfillSpec,
  lives: ReadonlyArray<MarketLife>,
  boundaries: TierBoundaries,
  now: SlotSeconds
): ReadonlyArray<TierPlan> => {
  const { period } = spec
  const isLive = ({ life: { settled } }: Stretch) =>
    settled === null || reachesLive(settled, boundaries.first.marketsSettled)
  const isHistorical = ({ life: { closes, settled } }: Stretch) => {
    // Not every answer says when a market was settled. It was not settled before it closed.
    const over = settled ?? closes
    return over !== null && reachesHistorical(over, boundaries.now.marketsSettled)
  }
  const historical = (some: ReadonlyArray<Stretch>) =>
    some.filter(isHistorical).flatMap((one) => historicalOf(one, period))
  const stretches = lives.flatMap((life) => stretchOf(life, spec, now))
  const groups = groupsOf(stretches.filter(isLive), period).map(({ end, members, start }): TierPlan => {
    const tickers = members.map(({ life }) => life.ticker)
    return {
      live: slices(start, end, stepSeconds(tickers.length, period), period).map((slice) =>
        batchOf(tickers, slice)
      ),
      historical: historical(members)
    }
  })
  const past = stretches
    .filter((one) => !isLive(one))
    .map((one): TierPlan => ({ live: [], historical: historical([one]) }))
  return [...groups, ...past]
}
