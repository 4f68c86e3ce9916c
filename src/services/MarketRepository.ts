/**
 * Reads markets as they were last described. Reading only: beside a writer, it sees what is committed.
 * A list is fetched page by page while its stream is pulled, each page by key after the last row of the
 * one before; nothing is locked in between, so a walk is exact for rows that do not change meanwhile.
 */
import { Context, type DateTime, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"

/**
 * A moment in UTC. The exchange times to the microsecond and `DateTime.Utc` to the millisecond, so the
 * text of the tables stands beside it: two times are the same moment when their texts are.
 */
export interface UtcTime {
  /** The moment, the digits below the millisecond cut off. */
  readonly utc: DateTime.Utc
  /** Every digit: `2026-11-22T12:15:00.123456Z`. Texts sort as the moments do. */
  readonly iso: string
}

/** A time that the exchange names: `null` when it said nothing, and the empty string when it said that. */
export type SentTime = UtcTime | "" | null

/** A moment to ask about; a `DateTime.Utc` stands for the first microsecond of its millisecond. */
export type Moment = DateTime.Utc | UtcTime

export interface Paging {
  /** Rows of one read, from 1 to 10,000 (brought into that range); 1,000 when left out. */
  readonly pageRows?: number
}

/**
 * A row of `markets`; `null` stands for NULL throughout. Prices are in cents, exact below a cent;
 * times are UTC.
 */
export interface MarketRecord {
  readonly ticker: string
  /** The ticker of the market's event; `null` if no description had a readable one. */
  readonly eventTicker: string | null
  /** Of the market's event; `null` as long as that is not recorded. */
  readonly seriesTicker: string | null
  readonly category: string | null
  readonly marketType: string | null
  readonly title: string | null
  readonly subtitle: string | null
  readonly yesSubTitle: string | null
  readonly noSubTitle: string | null
  /**
   * `initialized, active, inactive, closed, determined, disputed, amended, finalized`; the exchange may add
   * values. `null` if no description had a readable one.
   */
  readonly status: string | null
  /** `yes, no, scalar` or the empty string; an open set. Final only once the status is `finalized`. */
  readonly result: string | null
  /** Cents paid for one YES contract. */
  readonly settlementValue: number | null
  readonly settlementTime: SentTime
  readonly createdTime: SentTime
  readonly updatedTime: SentTime
  readonly openTime: SentTime
  readonly closeTime: SentTime
  readonly expirationTime: SentTime
  readonly latestExpirationTime: SentTime
  readonly expectedExpirationTime: SentTime
  readonly occurrenceTime: SentTime
  readonly settlementTimerSeconds: number | null
  readonly expirationValue: string | null
  readonly canCloseEarly: boolean | null
  readonly earlyCloseCondition: string | null
  readonly strikeType: string | null
  readonly floorStrike: number | null
  readonly capStrike: number | null
  /** JSON text of the strike object. */
  readonly customStrike: string | null
  readonly priceLevelStructure: string | null
  /** JSON text of the tick grid: `[{start, end, step}]` in dollars. */
  readonly priceRanges: string | null
  readonly mveCollectionTicker: string | null
  /** `default` or `floor`; the exchange may add values. */
  readonly settlementBoundsType: string | null
  /** The smallest payout of one YES contract, in cents. */
  readonly settlementFloor: number | null
  readonly isProvisional: boolean | null
  readonly exchangeIndex: number | null
  readonly rulesPrimary: string | null
  readonly rulesSecondary: string | null
  /** When the answer that described it so had come. */
  readonly observedAt: UtcTime
  /** When it was last asked for by name and was in neither tier of the exchange; `null` if it was seen since. */
  readonly notFoundAt: UtcTime | null
}

/**
 * Every operation fails with `StorageFailed` when the database cannot be read, or when a row is not what
 * its table promises; the failure then names the table and the column.
 */
export class MarketRepository extends Context.Tag("kalshi-tape/MarketRepository")<
  MarketRepository,
  {
    readonly byTicker: (ticker: string) => Effect.Effect<Option.Option<MarketRecord>, StorageFailed>
    /** A market is open, and trades, while its status is `active`. By ticker. */
    readonly openOfEvent: (eventTicker: string, paging?: Paging) => Stream.Stream<MarketRecord, StorageFailed>
    /** Open markets of all recorded events of a series. By event ticker, then ticker. */
    readonly openOfSeries: (
      seriesTicker: string,
      paging?: Paging
    ) => Stream.Stream<MarketRecord, StorageFailed>
    /**
     * Open markets whose `category` it is; the case counts. By event ticker, then ticker. A walk looks through
     * the open markets once.
     */
    readonly openOfCategory: (category: string, paging?: Paging) => Stream.Stream<MarketRecord, StorageFailed>
    /**
     * Markets over but not paid at a moment: `close_time` had passed, or the status `closed, determined,
     * disputed` or `amended` had been observed; and no settlement up to then (`settled_at` at the moment is
     * settled; a settlement without a time counts as settled throughout). By `close_time`, those without one
     * first, then ticker. Descriptions are the latest: of an earlier moment, a status seen again since is
     * not known to have stood, and only `close_time` speaks. A moment far back costs a look at everything
     * settled since.
     */
    readonly awaitingSettlement: (asOf: Moment, paging?: Paging) => Stream.Stream<MarketRecord, StorageFailed>
  }
>() {}
