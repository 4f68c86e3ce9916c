/** Requests to the exchange, decided before they are sent. */
import type { SlotSeconds } from "../units/time.ts"

/** The names of a request that asks about several markets or events (batch.ts). */
export interface Batch {
  readonly names: ReadonlyArray<string>
  /** Whether the answer must have an item for each name. If not, the absence of a name is a valid answer. */
  readonly expectsEach: boolean
  /** Builds the same request for other names. */
  readonly ask: (names: ReadonlyArray<string>) => FeedRequest
}

/** The period of a listing that can be split by time (split-span.ts), in seconds since 1970. */
export interface SplitSpan {
  readonly from: SlotSeconds
  readonly to: SlotSeconds
  /**
   * Requests the same listing for another period. An item on the edge of two periods is in both parts; its
   * key identifies it.
   */
  readonly ask: (from: SlotSeconds, to: SlotSeconds) => FeedRequest
}

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

/** Formats path and query with the parameters in alphabetical order, so that equal requests have equal texts. */
export const canonicalRequest = ({ path, query }: Pick<FeedRequest, "path" | "query">): string => {
  const sorted = Object.entries(query)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .flatMap(([name, value]) =>
      (typeof value === "string" ? [value] : value).map((one): [string, string] => [name, one])
    )
  return sorted.length === 0 ? path : `${path}?${new URLSearchParams(sorted).toString()}`
}
