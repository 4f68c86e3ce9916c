/**
 * A feed defines what to ask the exchange and how often. It decodes nothing: projections interpret the answers,
 * and the two meet only in the log.
 */

import type { SlotSeconds } from "../units/time.ts"
import type { Batch } from "./batch.ts"
import type { Reach } from "./live-tier.ts"
import type { SplitSpan } from "./split-span.ts"

/** One listing to walk from its first page to its last, or one answer that has no pages. */
export interface FeedRequest {
  /** The route template: `GET /markets/{ticker}`. */
  readonly endpoint: string
  /** Path below the base URL: `/markets`. */
  readonly path: string
  /** Query parameters without the cursor, in any order; a list repeats its parameter, in its own order. */
  readonly query: Readonly<Record<string, string | ReadonlyArray<string>>>
  /** The key of the body that holds the items, for counting them; `null` if the body is the item. */
  readonly items: string | null
  /** Whether the answer names a next page. */
  readonly paged: boolean
  /** Whether the items of the answer are open markets with quotes. */
  readonly priced?: boolean
  /** The names that the request asks about, if it asks about several. */
  readonly batch?: Batch
  /** The period that the request covers, if the listing can be split by time. */
  readonly span?: SplitSpan
}

/**
 * The markets that a feed asks about one by one. `open` is every open market, `liquid` the open markets with
 * volume or open interest, and `liquidOrJustClosed` these and the markets that have closed since the feed's
 * watermark. `unlisted` is every market that is not settled and has left every listing in the last day.
 * `withoutEvent` is a set of events: those of markets seen in the last day that the tables do not have.
 */
export type MarketSet = "open" | "liquid" | "liquidOrJustClosed" | "unlisted" | "withoutEvent"

export interface FeedContext {
  readonly slot: SlotSeconds
  /** The feed's first slot. A first walk that was cut short begins at the same time again. */
  readonly begun: SlotSeconds
  /** The time up to which the last complete run has recorded everything; `undefined` on a first walk. */
  readonly watermark: SlotSeconds | undefined
  /** The start of a first walk, if the user has given one (`--since`). */
  readonly since: SlotSeconds | undefined
  /** The names in the feed's set, in alphabetical order; empty for a feed without a set. */
  readonly tickers: ReadonlyArray<string>
}

export interface Feed {
  readonly name: string
  readonly about: string
  readonly everySeconds: number
  /** Whether the feed is recorded only if a user names it. */
  readonly onDemand?: boolean
  /**
   * Whether the listing is about the same in each slot. A listing that is suddenly much shorter is then
   * reported.
   */
  readonly steady?: boolean
  /** Whether its requests are sent only while no request of another feed waits. */
  readonly background?: boolean
  /** The markets that the feed asks about one by one (market-sets.ts). */
  readonly marketSet?: MarketSet
  readonly requests: (context: FeedContext) => ReadonlyArray<FeedRequest>
  /** How far back the requests reach, for data that the exchange moves to its historical tier. */
  readonly reach?: (context: FeedContext) => Reach
}

/** Makes a request for a listing of several pages. */
export const listing = (path: string, items: string, query: FeedRequest["query"] = {}): FeedRequest => ({
  endpoint: `GET ${path}`,
  path,
  query,
  items,
  paged: true
})

/** Makes a request whose answer has no pages. `items` is `null` if the body is the item. */
export const single = (
  path: string,
  items: string | null,
  query: FeedRequest["query"] = {}
): FeedRequest => ({ endpoint: `GET ${path}`, path, query, items, paged: false })

/**
 * Returns the start of a walk: the watermark less an overlap in seconds. A first walk starts at `since`, or
 * `firstSeconds` before the feed's first slot.
 */
export const walkStart = (
  { begun, since, watermark }: FeedContext,
  firstSeconds: number,
  overlapSeconds: number
): SlotSeconds => (watermark === undefined ? (since ?? begun - firstSeconds) : watermark - overlapSeconds)

/** Formats path and query with the parameters in alphabetical order, so that equal requests have equal texts. */
export const canonicalRequest = ({ path, query }: Pick<FeedRequest, "path" | "query">): string => {
  const sorted = Object.entries(query)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .flatMap(([name, value]) =>
      (typeof value === "string" ? [value] : value).map((one): [string, string] => [name, one])
    )
  return sorted.length === 0 ? path : `${path}?${new URLSearchParams(sorted).toString()}`
}
