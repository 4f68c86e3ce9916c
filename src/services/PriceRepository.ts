/**
 * Reads the quotes of markets, slot by slot. Reading only; lists are streams of pages, as in
 * MarketRepository. A slot is listed as soon as its first page has been read: `collection_runs` tells whether its
 * listing was walked to the end.
 * Answers over the rows in SQLite. Older ones have left it for the lake
 * (`kalshi maintain`), and `query` answers over both.
 */
import { Context, type DateTime, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { priceSnapshots } from "../domain/read/prices/table.ts"
import type { RecordOf } from "../domain/read/record.ts"
import type { Moment, TimeRange } from "../domain/units/moment.ts"
import type { Paging } from "./MarketRepository.ts"

/**
 * A row of `price_snapshots`: the quote of one market in one slot. Prices are in cents and counts in
 * contracts, both exact below one. No bid is 0 and no ask 100, as the exchange sends them; `midpoint` and `spread`
 * are then `null`. `snapshotTime` is the slot, `observedAt` is when the quote was known; both are UTC.
 */
export type PriceRecord = RecordOf<typeof priceSnapshots>

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class PriceRepository extends Context.Tag("kalshi-tape/PriceRepository")<
  PriceRepository,
  {
    /** The market's quote in the newest slot that has one. Looks through the slots, newest first. */
    readonly latest: (ticker: string) => Effect.Effect<Option.Option<PriceRecord>, StorageFailed>
    /**
     * The newest quote that was known at a moment, so that an answer never looks ahead: its slot was not after the
     * moment, and neither was its `observedAt`.
     */
    readonly asOf: (
      ticker: string,
      moment: Moment
    ) => Effect.Effect<Option.Option<PriceRecord>, StorageFailed>
    /** The market's quotes of the slots in a range, oldest first; a range that ends before it starts is empty. */
    readonly between: (
      ticker: string,
      range: TimeRange,
      paging?: Paging
    ) => Stream.Stream<PriceRecord, StorageFailed>
    /** Every market's quote of one slot, in the order in which the log first names the markets. */
    readonly ofSlot: (slot: DateTime.Utc, paging?: Paging) => Stream.Stream<PriceRecord, StorageFailed>
    /** The slots that have quotes, in a range or all of them, oldest first. */
    readonly slots: (range?: TimeRange, paging?: Paging) => Stream.Stream<DateTime.Utc, StorageFailed>
    /** The newest slot that has quotes. */
    readonly lastSlot: Effect.Effect<Option.Option<DateTime.Utc>, StorageFailed>
  }
>() {}
