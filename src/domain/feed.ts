/**
 * A feed says what to ask the exchange and how often. It decodes nothing: what the answers mean is a
 * projection's business, and the two meet only in the log.
 */
import type { SlotSeconds } from "./time.ts"

/** One listing to walk from its first page to its last, or one answer that has no pages. */
export interface FeedRequest {
  /** The route template: `GET /markets/{ticker}`. */
  readonly endpoint: string
  /** Path below the base URL: `/markets`. */
  readonly path: string
  /** Query parameters without the cursor, in any order. */
  readonly query: Readonly<Record<string, string>>
  /** The key of the body under which the items stand, for counting them. */
  readonly items: string
  /** Whether the answer names a next page. */
  readonly paged: boolean
}

export interface FeedContext {
  readonly slot: SlotSeconds
  /** Up to when the last complete run has recorded everything, or where a first walk starts. */
  readonly watermark: SlotSeconds | undefined
  /** What the user asked a first walk to go back to (`--since`), if anything. */
  readonly since: SlotSeconds | undefined
}

export interface Feed {
  readonly name: string
  readonly about: string
  readonly everySeconds: number
  readonly requests: (context: FeedContext) => ReadonlyArray<FeedRequest>
}

/** Path and query in one spelling, whatever order the parameters were written in. */
export const canonicalRequest = ({ path, query }: Pick<FeedRequest, "path" | "query">): string => {
  const sorted = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return sorted.length === 0 ? path : `${path}?${new URLSearchParams(sorted).toString()}`
}
