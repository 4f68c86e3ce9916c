/**
 * Reads candles: what markets did in periods of a minute, an hour or a day. Reading only; lists are streams of
 * pages, as in MarketRepository. A period without a row was quiet, or was not requested: `coverage` of the feed
 * `candlesticks` tells which.
 * Answers over the rows in SQLite. Older ones have left it for the lake
 * (`kalshi maintain`), and `query` answers over both.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { candlesticks } from "../domain/read/candlesticks/table.ts"
import type { RecordOf } from "../domain/read/record.ts"
import type { Moment, TimeRange } from "../domain/units/moment.ts"
import type { Period } from "../domain/units/period.ts"
import type { Paging } from "./MarketRepository.ts"

/**
 * A row of `candlesticks`. Prices are in cents and counts in contracts, both exact below one. An empty side of
 * the book is 0, or 100, as the exchange sends it. Prices of trades (`priceOpen`, …) are `null` if there was
 * none, except `pricePrevious`, the last price before the period. `endTime` belongs to the period; a day ends at
 * midnight in New York.
 */
export type CandlestickRecord = RecordOf<typeof candlesticks>

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
     * first. A candle is known only some time after its end, and may be corrected: PriceRepository has prices as
     * they were known.
     */
    readonly latest: (
      ticker: string,
      period: Period,
      moment: Moment
    ) => Effect.Effect<Option.Option<CandlestickRecord>, StorageFailed>
  }
>() {}
