/**
 * Reads markets as they were last described. Reading only: beside a writer, it sees what is committed.
 * A list is fetched page by page while its stream is pulled, each page by key after the last row of the
 * one before; nothing is locked in between, so a list is exact for rows that do not change meanwhile.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { markets } from "../domain/read/markets/table.ts"
import type { RecordOf } from "../domain/read/record.ts"
import type { Moment } from "../domain/units/moment.ts"

export interface Paging {
  /** The rows of one read, from 1 to 10,000 (brought into that range). The default is 1,000. */
  readonly pageRows?: number
}

/** A row of `markets`. Prices are in cents, exact below a cent; times are UTC. */
export type MarketRecord = RecordOf<typeof markets>

/**
 * Every operation fails with `StorageFailed` if the database cannot be read, or if a row is not what its table
 * promises; the failure then names the table and the column.
 */
export class MarketRepository extends Context.Tag("kalshi-tape/MarketRepository")<
  MarketRepository,
  {
    readonly byTicker: (ticker: string) => Effect.Effect<Option.Option<MarketRecord>, StorageFailed>
    /** The open markets of an event, by ticker. A market is open, and trades, while its status is `active`. */
    readonly openOfEvent: (eventTicker: string, paging?: Paging) => Stream.Stream<MarketRecord, StorageFailed>
    /** The open markets of all recorded events of a series, by event ticker, then ticker. */
    readonly openOfSeries: (
      seriesTicker: string,
      paging?: Paging
    ) => Stream.Stream<MarketRecord, StorageFailed>
    /**
     * The open markets of a `category`, whose case counts; by event ticker, then ticker. The whole list costs
     * one pass over the open markets.
     */
    readonly openOfCategory: (category: string, paging?: Paging) => Stream.Stream<MarketRecord, StorageFailed>
    /**
     * The markets that were over but not paid at a moment: `close_time` had passed, or the status `closed,
     * determined, disputed` or `amended` had been observed; and there was no settlement up to then. A market
     * whose `settled_at` is the moment is settled; a settlement without a time counts as settled throughout.
     * By `close_time`, those without one first, then ticker. Descriptions are the latest: of an earlier moment, a
     * status that was observed again since is not known to have held, and only `close_time` tells. A moment far
     * back costs a look at everything that has settled since.
     */
    readonly awaitingSettlement: (asOf: Moment, paging?: Paging) => Stream.Stream<MarketRecord, StorageFailed>
  }
>() {}
