/** What a backfill must know of the tables before it can ask for trades and candles. */
import { Context, type Effect, type Option } from "effect"
import type { Cutoffs } from "../domain/ask/backfill/candles.ts"
import type { Life, Selection } from "../domain/ask/backfill/plan.ts"
import type { StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export class Archive extends Context.Tag("kalshi-tape/Archive")<
  Archive,
  {
    /** The cutoff that was observed first since a moment, and the one that was observed last. */
    readonly cutoffs: (since: SlotSeconds) => Effect.Effect<Option.Option<Cutoffs>, StorageFailed>
    /** Markets of a selection that lived in its span of time, by ticker. */
    readonly lives: (selection: Selection) => Effect.Effect<ReadonlyArray<Life>, StorageFailed>
    /**
     * Events of a series that have no recorded market, by ticker. An event may be older than its series, and
     * its markets may be named after its former series, so that the listings of the series' markets do not
     * contain them.
     */
    readonly eventsWithoutMarkets: (series: string) => Effect.Effect<ReadonlyArray<string>, StorageFailed>
    /** Events of such markets that the tables do not know, by ticker. */
    readonly unknownEvents: (selection: Selection) => Effect.Effect<ReadonlyArray<string>, StorageFailed>
  }
>() {}
