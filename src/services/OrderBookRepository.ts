/**
 * Reads recorded order books, market by market and slot by slot. Reading only; lists are streams of pages,
 * as in MarketRepository. An empty book is a book: it was requested, and had no levels. The exchange answers
 * with one for closed and unknown markets too.
 * Answers over the rows in SQLite. Older ones have left it for the lake
 * (`kalshi maintain`), and `query` answers over both.
 */
import { Context, type DateTime, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { OrderBook } from "../domain/read/orderbooks/orderbook.ts"
import type { Moment, TimeRange, UtcTime } from "../domain/units/moment.ts"
import type { Paging } from "./MarketRepository.ts"

/** The bids of both sides of one market, best first: micro-dollars and millionths of a contract. */
export interface OrderBookRecord extends OrderBook {
  readonly ticker: string
  /** The slot, in whole seconds. */
  readonly snapshotTime: DateTime.Utc
  /** When the book was received: the books of a slot take a while. */
  readonly observedAt: UtcTime
}

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class OrderBookRepository extends Context.Tag("kalshi-tape/OrderBookRepository")<
  OrderBookRepository,
  {
    /**
     * The market's newest book that was known at a moment, with all of its levels: neither its slot nor its
     * `observedAt` was after the moment. `levelsFor`, `depthTo` and `fill` compute what an order would have met in it.
     */
    readonly asOf: (
      ticker: string,
      moment: Moment
    ) => Effect.Effect<Option.Option<OrderBookRecord>, StorageFailed>
    /**
     * Every book of one slot, the newest of each market, in the order in which the log first names the
     * markets. A page is a number of books, each with all of its levels.
     */
    readonly ofSlot: (slot: DateTime.Utc, paging?: Paging) => Stream.Stream<OrderBookRecord, StorageFailed>
    /** The slots that have books, from one moment up to but without another, or all of them, oldest first. */
    readonly slots: (range?: TimeRange, paging?: Paging) => Stream.Stream<DateTime.Utc, StorageFailed>
  }
>() {}
