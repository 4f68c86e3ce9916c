/**
 * A feed says what to ask the exchange and how often. It decodes nothing: what the answers mean is a
 * projection's business, and the two meet only in the log.
 */

import type { SlotSeconds } from "../units/time.ts"
import type { Batch } from "./batch.ts"
import type { Reach } from "./live-tier.ts"
import type { Span } from "./span.ts"

/** One listing to walk from its first page to its last, or one answer that has no pages. */
export interface FeedRequest {
  /** The route template: `GET /markets/{ticker}`. */
  readonly endpoint: string
  /** Path below the base URL: `/markets`. */
  readonly path: string
  /** Query parameters without the cursor, in any order; a list repeats its parameter, in its own order. */
  readonly query: Readonly<Record<string, string | ReadonlyArray<string>>>
  /** The key of the body under which the items stand, for counting them; `null` where the body is the item. */
  readonly items: string | null
  /** Whether the answer names a next page. */
  readonly paged: boolean
  /** Whether the items of the answer are open markets with quotes. */
  readonly priced?: boolean
  /** The names that the request asks about, if it asks about several. */
  readonly batch?: Batch
  /** The period that the request covers, if the listing can be split by time. */
  readonly span?: Span
}

/**
 * Which markets a feed asks about, where it asks about markets one by one. `open` is every open market;
 * `traded` those of them with volume or open interest; `trading` those and what has closed since the
 * feed's watermark; `astray` what is not settled and has left every listing in the last day. `eventless`
 * names events: those of markets seen in the last day that are not on record.
 */
export type Roster = "open" | "traded" | "trading" | "astray" | "eventless"

export interface FeedContext {
  readonly slot: SlotSeconds
  /** The first slot that was ever taken: a first walk that is cut short begins in the same place again. */
  readonly begun: SlotSeconds
  /** Up to when the last complete run has recorded everything, or where a first walk starts. */
  readonly watermark: SlotSeconds | undefined
  /** What the user asked a first walk to go back to (`--since`), if anything. */
  readonly since: SlotSeconds | undefined
  /** Of the feed's roster, in alphabetical order; empty for a feed without one. */
  readonly tickers: ReadonlyArray<string>
}

export interface Feed {
  readonly name: string
  readonly about: string
  readonly everySeconds: number
  /** Recorded only when a user names it. */
  readonly onDemand?: boolean
  /**
   * Whether the listing is about the same in each slot. A listing that is suddenly much shorter is then
   * reported.
   */
  readonly steady?: boolean
  /** Work that can wait: asked only when no request of another feed waits. */
  readonly background?: boolean
  /** Drawn when the walks of the same slot that it builds on have ended (feeds/rosters.ts). */
  readonly roster?: Roster
  readonly requests: (context: FeedContext) => ReadonlyArray<FeedRequest>
  /** How far back these requests ask, of what the exchange moves to its archive in time. */
  readonly reach?: (context: FeedContext) => Reach
}

/** Path and query in one spelling, whatever order the parameters were written in. */
export const canonicalRequest = ({ path, query }: Pick<FeedRequest, "path" | "query">): string => {
  const sorted = Object.entries(query)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .flatMap(([name, value]) =>
      (typeof value === "string" ? [value] : value).map((one): [string, string] => [name, one])
    )
  return sorted.length === 0 ? path : `${path}?${new URLSearchParams(sorted).toString()}`
}
