/**
 * What a backfill asks: markets, trades and candles of the past, from the live tier and from the archive.
 *
 * The exchange moves what is settled from one tier to the other at midnight UTC. The live tier is therefore
 * asked first and the archive after it, with days to spare around the cutoff: what moves in between is
 * found twice, and told by its key, but never missed.
 */
import type { Period } from "./candlestick.ts"
import { batches, type FeedRequest } from "./feed.ts"
import type { SlotSeconds } from "./time.ts"

/** Not a feed of the schedule: its answers stand in the log under this name. */
export const BACKFILL_FEED = "backfill"

export type BackfillKind = "markets" | "trades" | "candlesticks"

export const backfillKinds: ReadonlyArray<BackfillKind> = ["markets", "trades", "candlesticks"]

/** Which markets; all of them, where only times are given. */
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

/** Asked one after the other: the archive once the live tier has been walked to its end, never beside it. */
export type Chain = ReadonlyArray<FeedRequest>

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
  endpoint: "GET /historical/cutoff",
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
const reachesLive = (to: SlotSeconds | null, cutoff: SlotSeconds) =>
  to === null || to >= cutoff - MARGIN_SECONDS
const reachesArchive = (from: SlotSeconds | null, cutoff: SlotSeconds) =>
  from === null || from <= cutoff + MARGIN_SECONDS

/** Longer lists of tickers make a URL that the exchange refuses (414). */
const TICKERS_MAX = 100

const chosen = ({ event, series, tickers }: Selection): ReadonlyArray<Query> => {
  if (tickers.length > 0) return batches(tickers, TICKERS_MAX).map((some) => ({ tickers: some.join(",") }))
  if (event !== null) return [{ event_ticker: event }]
  return series === null ? [] : [{ series_ticker: series }]
}

/** A market does not say its series; its event does, also one whose ticker is spelled otherwise. */
const eventsOf = (series: string): FeedRequest => ({
  ...listing("/events", "events", { series_ticker: series }),
  query: { limit: "200", series_ticker: series }
})

/** Whether the selection names markets, rather than a time alone. */
export const isNamed = ({ event, series, tickers }: Selection): boolean =>
  tickers.length > 0 || event !== null || series !== null

/** Settled markets of a span of time; the archive knows only when a market closed. */
const settledBetween = ({ from, to }: Selection, cutoff: Cutoff): Chain => [
  ...(reachesLive(to, cutoff.marketsSettled)
    ? [
        listing("/markets", "markets", {
          mve_filter: "exclude",
          status: "settled",
          ...(from === null ? {} : { min_settled_ts: String(from) }),
          ...(to === null ? {} : { max_settled_ts: String(to) })
        })
      ]
    : []),
  ...(reachesArchive(from, cutoff.marketsSettled)
    ? [
        listing("/historical/markets", "markets", {
          mve_filter: "exclude",
          ...(from === null ? {} : { min_close_ts: String(from - MARGIN_SECONDS) }),
          ...(to === null ? {} : { max_close_ts: String(to) })
        })
      ]
    : [])
]

/** The markets of the selection, in every state, from both tiers. */
export const marketRequests = (selection: Selection, cutoff: Cutoff): ReadonlyArray<Chain> =>
  isNamed(selection)
    ? [
        ...(selection.series === null ? [] : [[eventsOf(selection.series)]]),
        ...chosen(selection).map((query) =>
          ["/markets", "/historical/markets"].map((path) => listing(path, "markets", query))
        )
      ]
    : [settledBetween(selection, cutoff)]

const later = (a: SlotSeconds | null, b: SlotSeconds | null) =>
  a === null ? b : b === null ? a : Math.max(a, b)
const earlier = (a: SlotSeconds | null, b: SlotSeconds | null) =>
  a === null ? b : b === null ? a : Math.min(a, b)

const tapes = (
  who: Query,
  from: SlotSeconds | null,
  to: SlotSeconds | null,
  { tradesCreated }: Cutoff
): Chain => {
  const times = {
    ...(from === null ? {} : { min_ts: String(from) }),
    ...(to === null ? {} : { max_ts: String(to) })
  }
  return [
    ...(reachesLive(to, tradesCreated) ? [listing("/markets/trades", "trades", { ...who, ...times })] : []),
    ...(reachesArchive(from, tradesCreated)
      ? [listing("/historical/trades", "trades", { ...who, ...times })]
      : [])
  ]
}

/** Trades of each market, or of the whole tape where only times are given. */
export const tradeRequests = (
  selection: Selection,
  lives: ReadonlyArray<Life>,
  cutoff: Cutoff
): ReadonlyArray<Chain> =>
  isNamed(selection)
    ? lives.map(({ closes, opened, ticker }) => {
        // A market that closes in the future has traded until now.
        const tiers = tapes({ ticker }, later(selection.from, opened), earlier(selection.to, closes), cutoff)
        return tiers.map((request) => ({
          ...request,
          query: {
            limit: "1000",
            ticker,
            ...(selection.from === null ? {} : { min_ts: String(selection.from) }),
            ...(selection.to === null ? {} : { max_ts: String(selection.to) })
          }
        }))
      })
    : [tapes({}, selection.from, selection.to, cutoff)]

/** Of one market a request; the archive's and the live tier's limits are not documented, 10,000 in a batch is. */
const CANDLES_MAX = 5000

/** The day on which New York sets its clocks back has an hour more. */
const longestSeconds = (period: Period) => period * 60 + (period === 1440 ? 60 * 60 : 0)

const candlesOf = (
  { closes, opened, settled, ticker }: Life,
  { from, period, to }: BackfillSpec,
  cutoff: Cutoff,
  now: SlotSeconds
): ReadonlyArray<Chain> => {
  const seconds = period * 60
  const start = later(from, opened)
  // Not every answer says when a market was settled; it was not before it closed.
  const over = settled ?? closes
  if (start === null) return []
  const last = earlier(earlier(to, closes === null ? null : closes + longestSeconds(period)), now) ?? now
  const step = CANDLES_MAX * seconds
  const slices = Array.from({ length: Math.max(0, Math.ceil((last - start) / step)) }, (_, n) => ({
    start_ts: String(start + n * step),
    end_ts: String(Math.min(start + (n + 1) * step, last)),
    period_interval: String(period)
  }))
  return slices.map((slice) => [
    ...(settled === null || reachesLive(settled, cutoff.marketsSettled)
      ? [
          {
            endpoint: "GET /markets/candlesticks",
            path: "/markets/candlesticks",
            query: { market_tickers: ticker, ...slice },
            items: "markets",
            paged: false
          }
        ]
      : []),
    ...(over !== null && reachesArchive(over, cutoff.marketsSettled)
      ? [
          {
            endpoint: "GET /historical/markets/{ticker}/candlesticks",
            path: `/historical/markets/${encodeURIComponent(ticker)}/candlesticks`,
            query: slice,
            items: "candlesticks",
            paged: false
          }
        ]
      : [])
  ])
}

/** Candles of each market's life, as far as the selection reaches; `now` ends what is still open then. */
export const candleRequests = (
  spec: BackfillSpec,
  lives: ReadonlyArray<Life>,
  cutoff: Cutoff,
  now: SlotSeconds
): ReadonlyArray<Chain> => lives.flatMap((life) => candlesOf(life, spec, cutoff, now))
