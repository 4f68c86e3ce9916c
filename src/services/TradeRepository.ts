/**
 * Reads the recorded tape of trades. Reading only; lists are streams of pages, as in MarketRepository.
 * The runs of the `trades` feed tell whether the tape is complete at a time.
 * Answers over the rows in SQLite. Older ones have left it for the lake
 * (`kalshi maintain`), and `query` answers over both.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { RecordOf } from "../domain/read/record.ts"
import type { trades } from "../domain/read/trades/table.ts"
import type { Moment, TimeRange } from "../domain/units/moment.ts"
import type { Paging } from "./MarketRepository.ts"

/** A row of `trades`: prices in cents, counts in contracts, exact below one; times are UTC, to the microsecond. */
export type TradeRecord = RecordOf<typeof trades>

export interface Volume {
  readonly trades: number
  /** Exact to the millionth below nine billion contracts. */
  readonly contracts: number
}

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class TradeRepository extends Context.Tag("kalshi-tape/TradeRepository")<
  TradeRepository,
  {
    /**
     * A market's trades, oldest first, those of one microsecond by their id. Reads all trades of the quarters
     * of an hour in which the market traded.
     */
    readonly ofMarket: (
      ticker: string,
      range: TimeRange,
      paging?: Paging
    ) => Stream.Stream<TradeRecord, StorageFailed>
    /** All trades, in the same order. */
    readonly between: (range: TimeRange, paging?: Paging) => Stream.Stream<TradeRecord, StorageFailed>
    /** The market's last trade at a moment or before it. */
    readonly latest: (
      ticker: string,
      moment: Moment
    ) => Effect.Effect<Option.Option<TradeRecord>, StorageFailed>
    /** Returns the volume of a market, block trades included; 0 if nothing was traded. */
    readonly volume: (ticker: string, range: TimeRange) => Effect.Effect<Volume, StorageFailed>
  }
>() {}
