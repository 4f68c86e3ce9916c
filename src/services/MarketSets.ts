/** Names the markets that a feed asks about one by one, from the tables as they are. */
import { Context, type Effect } from "effect"
import type { MarketSet } from "../domain/ask/feed.ts"
import type { NothingListed, StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export interface MarketSetQuery {
  readonly feed: string
  readonly marketSet: MarketSet
  /** The slot for which the feed asks. */
  readonly slot: SlotSeconds
  /** The time up to which the feed has recorded everything. */
  readonly watermark: SlotSeconds | undefined
}

export class MarketSets extends Context.Tag("kalshi-tape/MarketSets")<
  MarketSets,
  {
    /**
     * The tickers of a set, in alphabetical order, so that the same markets make the same requests. Fails if the
     * tables have no market at all, because an empty set would pass for a complete one.
     */
    readonly tickers: (
      query: MarketSetQuery
    ) => Effect.Effect<ReadonlyArray<string>, NothingListed | StorageFailed>
  }
>() {}
