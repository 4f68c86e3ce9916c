/** The facts that a backfill reads from the tables before it can ask for trades and candles. */
import { Context, type Effect, type Option } from "effect"
import type { TierBoundaries } from "../domain/ask/backfill/candles.ts"
import type { MarketLife, Selection } from "../domain/ask/backfill/plan.ts"
import type { StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export class BackfillScope extends Context.Tag("kalshi-tape/BackfillScope")<
  BackfillScope,
  {
    /** The tier boundary that was observed first since a time, and the one that was observed last. */
    readonly boundaries: (since: SlotSeconds) => Effect.Effect<Option.Option<TierBoundaries>, StorageFailed>
    /** The markets of a selection that existed in its time range, by ticker. */
    readonly lives: (selection: Selection) => Effect.Effect<ReadonlyArray<MarketLife>, StorageFailed>
    /**
     * The events of a series that have no recorded market, by ticker. An event may be older than its series,
     * and its markets may be named after its former series, so that the listings of the series' markets do not
     * contain them.
     */
    readonly eventsWithoutMarkets: (series: string) => Effect.Effect<ReadonlyArray<string>, StorageFailed>
    /** The events of such markets that the tables do not have, by ticker. */
    readonly unknownEvents: (selection: Selection) => Effect.Effect<ReadonlyArray<string>, StorageFailed>
  }
>() {}
