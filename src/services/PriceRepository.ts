/**
 * Reads the quotes of markets, slot by slot. Reading only; lists are streams of pages, as in
 * MarketRepository. A slot stands here as soon as its first page has been read: whether its listing was
 * walked to the end, `collection_runs` says.
 */
import { Context, type DateTime, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { Moment, Paging, UtcTime } from "./MarketRepository.ts"

/**
 * A row of `price_snapshots`: the quote of one market in one slot. Prices are in cents and counts in
 * contracts, both exact below one; `null` stands for NULL. No bid is 0 and no ask 100, as the exchange
 * sends them.
 */
export interface PriceRecord {
  readonly ticker: string
  /** The slot, in whole seconds. */
  readonly snapshotTime: DateTime.Utc
  readonly yesBid: number | null
  readonly yesAsk: number | null
  readonly noBid: number | null
  readonly noAsk: number | null
  readonly lastPrice: number | null
  readonly volume: number | null
  readonly volume24h: number | null
  readonly openInterest: number | null
  /** Cents; `null` where the exchange no longer sends it. */
  readonly liquidity: number | null
  readonly yesBidSize: number | null
  readonly yesAskSize: number | null
  /** Cents; `null` when a side of the book is empty, as is `spread`. */
  readonly midpoint: number | null
  readonly spread: number | null
  /** When the quote was known: a slot's walk takes a while. */
  readonly observedAt: UtcTime
}

/** From `from` up to, but not including, `to`. */
export interface TimeRange {
  readonly from: DateTime.Utc
  readonly to: DateTime.Utc
}

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class PriceRepository extends Context.Tag("kalshi-tape/PriceRepository")<
  PriceRepository,
  {
    /** The market's quote of the newest slot that has one. Looks through the slots, newest first. */
    readonly latest: (ticker: string) => Effect.Effect<Option.Option<PriceRecord>, StorageFailed>
    /**
     * The newest quote that was known at a moment: neither a slot after it, nor a quote of such a slot that
     * was still to come (`observedAt` after it), so an answer never looks ahead.
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
    readonly lastSlot: Effect.Effect<Option.Option<DateTime.Utc>, StorageFailed>
  }
>() {}
