/**
 * Reads recorded order books, market by market and slot by slot. Reading only; lists are streams of pages,
 * as in MarketRepository. An empty book is a book: it was asked for, and nothing stood in it. The exchange
 * answers so for closed and unknown markets too.
 */
import { Context, type DateTime, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { OrderBook } from "../domain/read/orderbooks/orderbook.ts"
import type { Moment, Paging, UtcTime } from "./MarketRepository.ts"
import type { TimeRange } from "./PriceRepository.ts"

/** The bids of both sides of one market, best first: micro-dollars and millionths of a contract. */
export interface OrderBookRecord extends OrderBook {
  readonly ticker: string
  /** The slot, in whole seconds. */
  readonly snapshotTime: DateTime.Utc
  /** When the book had come: a slot's books take a while. */
  readonly observedAt: UtcTime
}

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class OrderBookRepository extends Context.Tag("kalshi-tape/OrderBookRepository")<
  OrderBookRepository,
  {
    /**
     * The market's newest book that was known at a moment, whole: neither of a slot after it, nor one that was
     * still to come. What domain/orderbook.ts asks for depth and fills.
     */
    readonly asOf: (
      ticker: string,
      moment: Moment
    ) => Effect.Effect<Option.Option<OrderBookRecord>, StorageFailed>
    /**
     * Every book of one slot, the newest of each market, in the order in which the log first names the
     * markets. A page is so many books, each with all of its levels.
     */
    readonly ofSlot: (slot: DateTime.Utc, paging?: Paging) => Stream.Stream<OrderBookRecord, StorageFailed>
    /** The slots that have books, from one moment up to but without another, or all of them, oldest first. */
    readonly slots: (range?: TimeRange, paging?: Paging) => Stream.Stream<DateTime.Utc, StorageFailed>
  }
>() {}
