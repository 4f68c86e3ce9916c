/**
 * A feed defines what to ask the exchange and how often. It decodes nothing: projections interpret the answers,
 * and the two meet only in the log.
 */

import type { SlotSeconds } from "../units/time.ts"
import type { Reach } from "./live-tier.ts"
import type { FeedRequest } from "./request.ts"

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

/**
 * Returns the start of a walk: the watermark less an overlap in seconds. A first walk starts at `since`, or
 * `firstSeconds` before the feed's first slot.
 */
export const walkStart = (
  { begun, since, watermark }: FeedContext,
  firstSeconds: number,
  overlapSeconds: number
): SlotSeconds => (watermark === undefined ? (since ?? begun - firstSeconds) : watermark - overlapSeconds)
