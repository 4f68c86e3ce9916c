/**
 * Reads candles: what markets did in periods of a minute, an hour or a day. Reading only; lists are streams of
 * pages, as in MarketRepository. A period without a row was quiet, or not asked about: `coverage` of the feed
 * `candlesticks` tells which.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { Period } from "../domain/units/period.ts"
import type { Moment, Paging, UtcTime } from "./MarketRepository.ts"
import type { TimeRange } from "./PriceRepository.ts"

/** Cents, exact below one. An empty side of the book is 0, or 100, as the exchange sends it. */
export interface RangeRecord {
  readonly open: number | null
  readonly low: number | null
  readonly high: number | null
  readonly close: number | null
}

/** Of trades; all `null` but `previous`, the last price before the period, when there was none. */
export interface TradedRangeRecord extends RangeRecord {
  readonly mean: number | null
  readonly previous: number | null
}

/** A row of `candlesticks`. */
export interface CandlestickRecord {
  readonly ticker: string
  readonly period: Period
  /** The end of the period, which belongs to it. A day ends at New York's midnight. */
  readonly endTime: UtcTime
  readonly yesBid: RangeRecord
  readonly yesAsk: RangeRecord
  readonly price: TradedRangeRecord
  /** Contracts, exact below one, as is `openInterest`. */
  readonly volume: number | null
  readonly openInterest: number | null
}

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class CandlestickRepository extends Context.Tag("kalshi-tape/CandlestickRepository")<
  CandlestickRepository,
  {
    /** The market's candles that end in a range, oldest first; a range that ends before it starts is empty. */
    readonly between: (
      ticker: string,
      period: Period,
      range: TimeRange,
      paging?: Paging
    ) => Stream.Stream<CandlestickRecord, StorageFailed>
    /**
     * The market's newest candle that had ended at a moment. Looks through the ends of the period, newest
     * first. A candle is known only some time after its end, and may be corrected: prices as they were known
     * are PriceRepository's.
     */
    readonly latest: (
      ticker: string,
      period: Period,
      moment: Moment
    ) => Effect.Effect<Option.Option<CandlestickRecord>, StorageFailed>
  }
>() {}
