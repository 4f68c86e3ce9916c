/**
 * What a backfill asks: markets, trades and candles of the past, from the live tier and from the archive.
 *
 * The exchange moves what is settled from one tier to the other at midnight UTC. The live tier is therefore
 * asked first and the archive after it, with days to spare around the cutoff: what moves in between is
 * found twice, and told by its key, but never missed.
 */

import { TIER_BOUNDARY } from "../../endpoints.ts"
import type { Period } from "../../units/period.ts"
import type { SlotSeconds } from "../../units/time.ts"
import { batches } from "../batch.ts"
import { canonicalRequest, type FeedRequest } from "../feed.ts"
import { EXCHANGE_BEGAN, spanned } from "../span.ts"
import type { BackfillKind } from "./kinds.ts"

/** Not a feed of the schedule: its answers stand in the log under this name. */
export const BACKFILL_FEED = "backfill"

/** Which markets; where only times are given, all that lived then. */
export interface Selection {
  readonly series: string | null
  readonly event: string | null
  readonly tickers: ReadonlyArray<string>
  /** Trades and candles from here on; without it, from a market's opening. */
  readonly from: SlotSeconds | null
  /** Trades and candles up to here; without it, to a market's close or now. */
  readonly to: SlotSeconds | null
}

export interface BackfillSpec extends Selection {
  readonly kinds: ReadonlyArray<BackfillKind>
  readonly period: Period
  /** The words for the times as they were given: an age is the same words, and another time, a second later. */
  readonly said?: { readonly from: string | null; readonly to: string | null }
}

/** A request, and whom it is about: what one of them is refused says nothing of the others. */
export interface Asked {
  readonly request: FeedRequest
  readonly about: ReadonlyArray<string>
}

/** The archive is asked once the live tier has been asked to its end about the same, never beside it. */
export interface Chain {
  readonly live: ReadonlyArray<Asked>
  readonly archive: ReadonlyArray<Asked>
}

/** A market's life, as far as the tables know it. Seconds since the epoch. */
export interface Life {
  readonly ticker: string
  readonly opened: SlotSeconds | null
  readonly closes: SlotSeconds | null
  readonly settled: SlotSeconds | null
}

/** Where the live tier ends and the archive begins. Seconds since the epoch. */
export interface Cutoff {
  readonly marketsSettled: SlotSeconds
  readonly tradesCreated: SlotSeconds
}

const DAY = 24 * 60 * 60

/** The cutoff rolls a day at a time, and a backfill may run over midnight. */
const MARGIN_SECONDS = 2 * DAY

export const cutoffRequest: FeedRequest = {
  endpoint: TIER_BOUNDARY,
  path: "/historical/cutoff",
  query: {},
  items: null,
  paged: false
}

type Query = Readonly<Record<string, string>>

const listing = (path: string, items: string, query: Query): FeedRequest => ({
  endpoint: `GET ${path}`,
  path,
  query: { limit: "1000", ...query },
  items,
  paged: true
})

/** Whether a span of time reaches into a tier. */
export const reachesLive = (to: SlotSeconds | null, cutoff: SlotSeconds) =>
  to === null || to >= cutoff - MARGIN_SECONDS
export const reachesArchive = (from: SlotSeconds | null, cutoff: SlotSeconds) =>
  from === null || from <= cutoff + MARGIN_SECONDS

/** Both tiers are asked about the same one thing, whatever it is. */
const chain = (
  about: string,
  live: ReadonlyArray<FeedRequest>,
  archive: ReadonlyArray<FeedRequest> = []
): Chain => {
  const asked = (request: FeedRequest): Asked => ({ request, about: [about] })
  return { live: live.map(asked), archive: archive.map(asked) }
}

export const cutoffChain: Chain = chain("cutoff", [cutoffRequest])

const chosen = ({ event, series, tickers }: Selection): ReadonlyArray<Query> => {
  if (tickers.length > 0) return batches(tickers).map((some) => ({ tickers: some.join(",") }))
  if (event !== null) return [{ event_ticker: event }]
  return series === null ? [] : [{ series_ticker: series }]
}

/** The exchange's limit, above which it answers 400. */
const EVENTS_A_PAGE = "200"

const eventsBy = (query: Query): Chain => {
  const request: FeedRequest = {
    ...listing("/events", "events", query),
    query: { limit: EVENTS_A_PAGE, ...query }
  }
  return chain(canonicalRequest(request), [request])
}

/** Whether the selection names markets, rather than a time alone. */
export const isNamed = ({ event, series, tickers }: Selection): boolean =>
  tickers.length > 0 || event !== null || series !== null

/** Of 25,000 markets none was settled later than 19.3 hours after its close (2026). */
const CLOSE_TO_SETTLEMENT_SECONDS = DAY

/**
 * Markets that lived in a span of time, however long ago they opened, however much later they close: whatever
 * was created before its end and closed after its beginning. The exchange takes one kind of time in a request,
 * so that more is listed than lived then; the live tier, which is all of the last months, is asked by the time
 * that lists less of it. What closed just before was settled in the span, and belongs to it.
 */
const livedBetween = ({ from, to }: Selection, { marketsSettled }: Cutoff, now: SlotSeconds): Chain => {
  const closed: Query = from === null ? {} : { min_close_ts: String(from - CLOSE_TO_SETTLEMENT_SECONDS) }
  const created: Query = to === null ? {} : { max_created_ts: String(to) }
  const createdIsLess = to !== null && (from === null || to - marketsSettled < now - from)
  const all: Query = { mve_filter: "exclude" }
  return chain(
    "markets",
    [listing("/markets", "markets", { ...all, ...(createdIsLess ? created : closed) })],
    // The archive knows no time of creation.
    reachesArchive(from, marketsSettled)
      ? [listing("/historical/markets", "markets", { ...all, ...closed })]
      : []
  )
}

const inBothTiers = (about: string, query: Query): Chain =>
  chain(about, [listing("/markets", "markets", query)], [listing("/historical/markets", "markets", query)])

/** Builds one chain of requests per event. Some markets can be found only by the ticker of their event. */
export const marketsOfEvents = (events: ReadonlyArray<string>): ReadonlyArray<Chain> =>
  events.map((event) => inBothTiers(event, { event_ticker: event }))

/** The markets of the selection, in every state, from both tiers; `now` is when it was asked for. */
export const marketRequests = (
  selection: Selection,
  cutoff: Cutoff,
  now: SlotSeconds
): ReadonlyArray<Chain> =>
  isNamed(selection)
    ? [
        // A market does not say its series; its event does, also one whose ticker is spelled otherwise.
        ...(selection.series === null ? [] : [eventsBy({ series_ticker: selection.series })]),
        ...chosen(selection).map((query) => inBothTiers("markets", query))
      ]
    : [livedBetween(selection, cutoff, now)]

/** Events by name, which the exchange has for ever: without its event, a market has no series and no category. */
export const eventRequests = (tickers: ReadonlyArray<string>): ReadonlyArray<Chain> =>
  batches(tickers).map((some) => eventsBy({ tickers: some.join(",") }))

export const later = (a: SlotSeconds | null, b: SlotSeconds | null) =>
  a === null ? b : b === null ? a : Math.max(a, b)
export const earlier = (a: SlotSeconds | null, b: SlotSeconds | null) =>
  a === null ? b : b === null ? a : Math.min(a, b)

interface Span {
  readonly from: SlotSeconds | null
  readonly to: SlotSeconds | null
}

/** The trades of a selection, in the tiers that a span of time reaches. */
const tapes = (
  who: Query,
  { from, to }: Selection,
  lived: Span,
  { tradesCreated }: Cutoff,
  now: SlotSeconds
): Chain => {
  const between = (path: string, from: SlotSeconds | null, to: SlotSeconds | null) =>
    listing(path, "trades", {
      ...who,
      ...(from === null ? {} : { min_ts: String(from) }),
      ...(to === null ? {} : { max_ts: String(to) })
    })
  const tape = (path: string) =>
    spanned(between(path, from, to), {
      from: lived.from ?? EXCHANGE_BEGAN,
      to: to ?? now,
      ask: (from, to) => between(path, from, to)
    })
  return chain(
    who.ticker ?? "trades",
    reachesLive(lived.to, tradesCreated) ? [tape("/markets/trades")] : [],
    reachesArchive(lived.from, tradesCreated) ? [tape("/historical/trades")] : []
  )
}

/**
 * Builds the requests for the trades of each selected market, or for all trades of a period if the selection
 * names no market. `now` is the time at which the backfill was requested.
 */
export const tradeRequests = (
  selection: Selection,
  lives: ReadonlyArray<Life>,
  cutoff: Cutoff,
  now: SlotSeconds
): ReadonlyArray<Chain> =>
  isNamed(selection)
    ? lives.map(({ closes, opened, ticker }) =>
        // A market that closes in the future has traded until now.
        tapes(
          { ticker },
          selection,
          { from: later(selection.from, opened), to: earlier(selection.to, closes) },
          cutoff,
          now
        )
      )
    : [tapes({}, selection, selection, cutoff, now)]
