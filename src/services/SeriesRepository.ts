/**
 * Reads series, the kinds of events that recur, as they were last described. Reading only; lists are streams
 * of pages, as in MarketRepository.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { Paging, SentTime, UtcTime } from "./MarketRepository.ts"

/** A row of `series`; `null` stands for NULL throughout, times are UTC. */
export interface SeriesRecord {
  readonly seriesTicker: string
  readonly title: string | null
  readonly category: string | null
  /** JSON text of an array of names; `null` before 2026-09. */
  readonly categories: string | null
  /** JSON text of an array of names. */
  readonly tags: string | null
  readonly frequency: string | null
  /** `quadratic`, `flat` and others; an open set. */
  readonly feeType: string | null
  readonly feeMultiplier: number | null
  readonly contractUrl: string | null
  readonly contractTermsUrl: string | null
  /** JSON text of an array of `{name, url}`. */
  readonly settlementSources: string | null
  /** JSON text of an array of sentences. */
  readonly additionalProhibitions: string | null
  /** Contracts ever traded; `null` unless the last answer was asked for it. */
  readonly volume: number | null
  readonly lastUpdatedTime: SentTime
  readonly exchangeIndex: number | null
  /** When the answer that described it so had come. */
  readonly observedAt: UtcTime
}

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class SeriesRepository extends Context.Tag("kalshi-tape/SeriesRepository")<
  SeriesRepository,
  {
    readonly byTicker: (seriesTicker: string) => Effect.Effect<Option.Option<SeriesRecord>, StorageFailed>
    /** Series whose category it is, or one of whose categories; the case counts. By series ticker. */
    readonly ofCategory: (category: string, paging?: Paging) => Stream.Stream<SeriesRecord, StorageFailed>
    /** By series ticker. */
    readonly all: (paging?: Paging) => Stream.Stream<SeriesRecord, StorageFailed>
  }
>() {}
