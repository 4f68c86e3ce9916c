/** Names the markets that a feed asks about one by one, from the tables as they stand. */
import { Context, type Effect } from "effect"
import type { Roster as Kind } from "../domain/ask/feed.ts"
import type { NothingListed, StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export interface RosterOf {
  readonly feed: string
  readonly roster: Kind
  /** The slot that asks. */
  readonly slot: SlotSeconds
  /** Up to when the feed that asks has recorded everything. */
  readonly watermark: SlotSeconds | undefined
}

export class Roster extends Context.Tag("kalshi-tape/Roster")<
  Roster,
  {
    /**
     * In alphabetical order, so that the same markets make the same requests. Without any market on record
     * an empty list would pass for a complete one: that is a failure.
     */
    readonly tickers: (of: RosterOf) => Effect.Effect<ReadonlyArray<string>, NothingListed | StorageFailed>
  }
>() {}
