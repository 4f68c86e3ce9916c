/**
 * Listings that can be split by time. If one of their pages cannot be fetched, the listing is asked for in
 * halves, and those in halves again, until only the part around the failing page is missing.
 */

import { type SlotSeconds, slotText } from "../units/time.ts"
import type { FeedRequest, SplitSpan } from "./request.ts"

/** A time before the exchange's first market. */
export const EXCHANGE_BEGAN: SlotSeconds = Date.UTC(2021, 5, 1) / 1000

/**
 * The length of the shortest part, in seconds. The exchange's times are whole seconds, and a lost minute is a
 * small gap.
 */
const SHORTEST_SECONDS = 60

/** Adds a span to a request. The whole listing is asked for first; the span is used only if that fails. */
export const spanned = (whole: FeedRequest, span: SplitSpan): FeedRequest => ({ ...whole, span })

const partOf = (ask: SplitSpan["ask"], from: SlotSeconds, to: SlotSeconds): FeedRequest =>
  spanned(ask(from, to), { from, to, ask })

/**
 * Splits a request into two halves. The result is empty if the request has no span or the span is too short.
 */
export const halvesOf = ({ span }: FeedRequest): ReadonlyArray<FeedRequest> => {
  if (span === undefined || span.to - span.from < 2 * SHORTEST_SECONDS) return []
  const middle = Math.floor((span.from + span.to) / 2)
  return [partOf(span.ask, span.from, middle), partOf(span.ask, middle, span.to)]
}

export const spanText = ({ span }: FeedRequest): string =>
  span === undefined ? "all of it" : `${slotText(span.from)} to ${slotText(span.to)}`
