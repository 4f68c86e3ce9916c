/**
 * Reads the recorded tape of trades. Reading only; lists are streams of pages, as in MarketRepository.
 * Whether the tape is whole at a time, the runs of the `trades` feed say.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { Moment, Paging, UtcTime } from "./MarketRepository.ts"

/** A row of `trades`: prices in cents, counts in contracts, exact below one; `null` stands for NULL. */
export interface TradeRecord {
  readonly tradeId: string
  readonly ticker: string
  readonly createdTime: UtcTime
  readonly yesPrice: number
  readonly noPrice: number | null
  readonly count: number
  /** `yes` or `no`, what the taker came to hold; an open set. */
  readonly takerSide: string | null
  /** `null` before 2026-05-29, when the exchange began to say it. */
  readonly isBlockTrade: boolean | null
}

/** From `from` up to, but not including, `to`, to the microsecond. */
export interface MomentRange {
  readonly from: Moment
  readonly to: Moment
}

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
     * A market's trades, oldest first, those of one microsecond by their id. Looks through all trades of the
     * quarters of an hour in which the market traded.
     */
    readonly ofMarket: (
      ticker: string,
      range: MomentRange,
      paging?: Paging
    ) => Stream.Stream<TradeRecord, StorageFailed>
    /** All trades, in the same order. */
    readonly between: (range: MomentRange, paging?: Paging) => Stream.Stream<TradeRecord, StorageFailed>
    /** The market's last trade at a moment or before it. */
    readonly latest: (
      ticker: string,
      moment: Moment
    ) => Effect.Effect<Option.Option<TradeRecord>, StorageFailed>
    /** What a market traded, block trades among it; nothing is 0. */
    readonly volume: (ticker: string, range: MomentRange) => Effect.Effect<Volume, StorageFailed>
  }
>() {}
