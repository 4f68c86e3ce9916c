/**
 * Plans the requests of a backfill: markets, trades and candles of the past, from both tiers of the exchange.
 *
 * The exchange moves settled items from its live tier to its historical tier at midnight UTC. The live tier is
 * therefore asked first and the historical tier after it, with days to spare around the boundary: an item that
 * moves in between is found twice, which changes no row, but it is never missed.
 */

import { Schema } from "effect"
import { TIER_BOUNDARY_PATH } from "../../endpoints.ts"
import { periods } from "../../units/period.ts"
import { earlier, later, type SlotSeconds } from "../../units/time.ts"
import { batches } from "../batch.ts"
import type { TierBoundary } from "../live-tier.ts"
import { canonicalRequest, type FeedRequest, listing, single } from "../request.ts"
import { EXCHANGE_BEGAN, spanned } from "../split-span.ts"
import { backfillKinds } from "./kinds.ts"

/** The feed name of a backfill's observations. No schedule has a feed of this name. */
export const BACKFILL_FEED = "backfill"

export const BackfillSpec = Schema.Struct({
  series: Schema.NullOr(Schema.String),
  event: Schema.NullOr(Schema.String),
  tickers: Schema.Array(Schema.String),
  /** The start of trades and candles; `null` means the opening of each market. */
  from: Schema.NullOr(Schema.Number),
  /** The end of trades and candles; `null` means the close of each market, or now. */
  to: Schema.NullOr(Schema.Number),
  kinds: Schema.Array(Schema.Literal(...backfillKinds)),
  period: Schema.Literal(...periods),
  /**
   * The ages that the user gave for the times, such as `30d`. An age means another time a second later, so
   * requests are compared by it and not by the time.
   */
  said: Schema.optionalWith(
    Schema.Struct({ from: Schema.NullOr(Schema.String), to: Schema.NullOr(Schema.String) }),
    { exact: true }
  )
})

export type BackfillSpec = typeof BackfillSpec.Type

/** The selected markets: those named by series, event or tickers, or all that existed between two times. */
export type Selection = Pick<BackfillSpec, "series" | "event" | "tickers" | "from" | "to">

/** A listing to walk, and the markets that a refusal of it concerns. */
export interface BackfillListing {
  readonly request: FeedRequest
  readonly about: ReadonlyArray<string>
}

/** Listings of both tiers. The historical ones are walked after the live ones, never beside them. */
export interface TierPlan {
  readonly live: ReadonlyArray<BackfillListing>
  readonly historical: ReadonlyArray<BackfillListing>
}

/** The life of a market as far as the tables know it, in seconds since 1970. */
export interface MarketLife {
  readonly ticker: string
  readonly opened: SlotSeconds | null
  readonly closes: SlotSeconds | null
  readonly settled: SlotSeconds | null
}

const DAY = 24 * 60 * 60

/** The boundary moves a day at a time, and a backfill may run over midnight. */
const MARGIN_SECONDS = 2 * DAY

export const boundaryRequest: FeedRequest = single(TIER_BOUNDARY_PATH, null)

type Query = Readonly<Record<string, string>>

/** Makes a listing in pages of the largest size. */
const pagesOf = (path: string, items: string, query: Query): FeedRequest =>
  listing(path, items, { limit: "1000", ...query })

/** Tells whether a time range that ends at `to` reaches into the live tier. */
export const reachesLive = (to: SlotSeconds | null, boundary: SlotSeconds) =>
  to === null || to >= boundary - MARGIN_SECONDS

/** Tells whether a time range that begins at `from` reaches into the historical tier. */
export const reachesHistorical = (from: SlotSeconds | null, boundary: SlotSeconds) =>
  from === null || from <= boundary + MARGIN_SECONDS

/** Plans listings of both tiers about the same one thing. */
const tierPlan = (
  about: string,
  live: ReadonlyArray<FeedRequest>,
  historical: ReadonlyArray<FeedRequest> = []
): TierPlan => {
  const listingOf = (request: FeedRequest): BackfillListing => ({ request, about: [about] })
  return { live: live.map(listingOf), historical: historical.map(listingOf) }
}

export const boundaryPlan: TierPlan = tierPlan("cutoff", [boundaryRequest])

const selected = ({ event, series, tickers }: Selection): ReadonlyArray<Query> => {
  if (tickers.length > 0) return batches(tickers).map((some) => ({ tickers: some.join(",") }))
  if (event !== null) return [{ event_ticker: event }]
  return series === null ? [] : [{ series_ticker: series }]
}

/** The largest number of events in a page. The exchange answers 400 to a larger one. */
const EVENTS_A_PAGE = "200"

const eventsBy = (query: Query): TierPlan => {
  const request = listing("/events", "events", { limit: EVENTS_A_PAGE, ...query })
  return tierPlan(canonicalRequest(request), [request])
}

/** Tells whether the selection names markets, rather than times alone. */
export const isNamed = ({ event, series, tickers }: Selection): boolean =>
  tickers.length > 0 || event !== null || series !== null

/**
 * The longest time from close to settlement. No market of 25,000 was settled later than 19.3 hours after its
 * close (2026).
 */
const CLOSE_TO_SETTLEMENT_SECONDS = DAY

/**
 * Plans the markets that existed in a time range: those created before its end and closed after its beginning.
 * The exchange accepts one kind of time in a request, so more markets are listed than existed then; the live
 * tier, which holds the last months, is filtered by the time that lists fewer of them. A market that closed
 * just before the range was settled within it, and belongs to it.
 */
const livedBetween = (
  { from, to }: Selection,
  { marketsSettled }: TierBoundary,
  now: SlotSeconds
): TierPlan => {
  const closed: Query = from === null ? {} : { min_close_ts: String(from - CLOSE_TO_SETTLEMENT_SECONDS) }
  const created: Query = to === null ? {} : { max_created_ts: String(to) }
  const createdIsLess = to !== null && (from === null || to - marketsSettled < now - from)
  const all: Query = { mve_filter: "exclude" }
  return tierPlan(
    "markets",
    [pagesOf("/markets", "markets", { ...all, ...(createdIsLess ? created : closed) })],
    // The historical tier cannot be filtered by the time of creation.
    reachesHistorical(from, marketsSettled)
      ? [pagesOf("/historical/markets", "markets", { ...all, ...closed })]
      : []
  )
}

const inBothTiers = (about: string, query: Query): TierPlan =>
  tierPlan(about, [pagesOf("/markets", "markets", query)], [pagesOf("/historical/markets", "markets", query)])

/** Makes one plan per event. Some markets can be found only by the ticker of their event. */
export const marketsOfEvents = (events: ReadonlyArray<string>): ReadonlyArray<TierPlan> =>
  events.map((event) => inBothTiers(event, { event_ticker: event }))

/**
 * Plans the markets of the selection, in every state, from both tiers. `now` is the time at which the backfill
 * was requested.
 */
export const marketRequests = (
  selection: Selection,
  boundary: TierBoundary,
  now: SlotSeconds
): ReadonlyArray<TierPlan> =>
  isNamed(selection)
    ? [
        // A market does not name its series. Its event does, even if the event's ticker is spelled differently.
        ...(selection.series === null ? [] : [eventsBy({ series_ticker: selection.series })]),
        ...selected(selection).map((query) => inBothTiers("markets", query))
      ]
    : [livedBetween(selection, boundary, now)]

/**
 * Plans events by name. The exchange keeps events for ever, and a market without its event has no series and no
 * category.
 */
export const eventRequests = (tickers: ReadonlyArray<string>): ReadonlyArray<TierPlan> =>
  batches(tickers).map((some) => eventsBy({ tickers: some.join(",") }))

/**
 * Plans the trades of a selection, in the tiers that the time range of `lived` reaches. `names` is the parameter
 * that names a market; without it, the trades of all markets are planned.
 */
const tapes = (
  names: Query,
  { from, to }: Selection,
  lived: Pick<Selection, "from" | "to">,
  { tradesCreated }: TierBoundary,
  now: SlotSeconds
): TierPlan => {
  const between = (path: string, from: SlotSeconds | null, to: SlotSeconds | null) =>
    pagesOf(path, "trades", {
      ...names,
      ...(from === null ? {} : { min_ts: String(from) }),
      ...(to === null ? {} : { max_ts: String(to) })
    })
  const tape = (path: string) =>
    spanned(between(path, from, to), {
      from: lived.from ?? EXCHANGE_BEGAN,
      to: to ?? now,
      ask: (from, to) => between(path, from, to)
    })
  return tierPlan(
    names.ticker ?? "trades",
    reachesLive(lived.to, tradesCreated) ? [tape("/markets/trades")] : [],
    reachesHistorical(lived.from, tradesCreated) ? [tape("/historical/trades")] : []
  )
}

/**
 * Plans the trades of each selected market, or all trades of a time range if the selection names no market.
 * `now` is the time at which the backfill was requested.
 */
export const tradeRequests = (
  selection: Selection,
  lives: ReadonlyArray<MarketLife>,
  boundary: TierBoundary,
  now: SlotSeconds
): ReadonlyArray<TierPlan> =>
  isNamed(selection)
    ? lives.map(({ closes, opened, ticker }) =>
        // A market that closes in the future has traded until now.
        tapes(
          { ticker },
          selection,
          { from: later(selection.from, opened), to: earlier(selection.to, closes) },
          boundary,
          now
        )
      )
    : [tapes({}, selection, selection, boundary, now)]
