/** What a backfill must know of the tables before it can ask for trades and candles. */
import { Context, type Effect, type Option } from "effect"
import type { Cutoff, Life, Selection } from "../domain/backfill.ts"
import type { StorageFailed } from "../domain/errors.ts"

export class Archive extends Context.Tag("kalshi-tape/Archive")<
  Archive,
  {
    /** The cutoff that was observed last. */
    readonly cutoff: Effect.Effect<Option.Option<Cutoff>, StorageFailed>
    /** Markets of a selection that lived in its span of time, by ticker. */
    readonly lives: (selection: Selection) => Effect.Effect<ReadonlyArray<Life>, StorageFailed>
  }
>() {}
