/**
 * Listings that the exchange can be asked for by time. Where one of their pages never comes, the listing is asked
 * for in halves, and in halves of those, until the page that never comes is all that is missing.
 */
import type { FeedRequest } from "./feed.ts"
import { type SlotSeconds, slotText } from "./time.ts"

export interface Span {
  readonly from: SlotSeconds
  readonly to: SlotSeconds
  /** The same listing, from a moment to another; what lies on an edge is in both parts, and told by its key. */
  readonly ask: (from: SlotSeconds, to: SlotSeconds) => FeedRequest
}

/** The exchange's first market is younger than this. */
export const EXCHANGE_BEGAN: SlotSeconds = Date.UTC(2021, 5, 1) / 1000

/** No part is shorter: the exchange counts in seconds, and a minute without trades is little to lose. */
const SHORTEST_SECONDS = 60

/** Asked for as a whole first, in its own words. */
export const spanned = (whole: FeedRequest, span: Span): FeedRequest => ({ ...whole, span })

const partOf = (ask: Span["ask"], from: SlotSeconds, to: SlotSeconds): FeedRequest =>
  spanned(ask(from, to), { from, to, ask })

/** Both halves; none, where the span is too short, or there is none. */
export const halvesOf = ({ span }: FeedRequest): ReadonlyArray<FeedRequest> => {
  if (span === undefined || span.to - span.from < 2 * SHORTEST_SECONDS) return []
  const middle = Math.floor((span.from + span.to) / 2)
  return [partOf(span.ask, span.from, middle), partOf(span.ask, middle, span.to)]
}

export const spanText = ({ span }: FeedRequest): string =>
  span === undefined ? "all of it" : `${slotText(span.from)} to ${slotText(span.to)}`
