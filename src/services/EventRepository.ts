/**
 * Reads events, the questions that markets answer, as they were last described. Reading only; lists are
 * streams of pages, as in MarketRepository.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { Paging, SentTime, UtcTime } from "./MarketRepository.ts"

/** A row of `events`; `null` stands for NULL throughout, times are UTC. */
export interface EventRecord {
  readonly eventTicker: string
  readonly seriesTicker: string | null
  readonly title: string | null
  readonly subTitle: string | null
  readonly category: string | null
  readonly mutuallyExclusive: boolean | null
  /** `MECNET`, `DIRECNET` or the empty string; an open set. */
  readonly collateralReturnType: string | null
  readonly strikeTime: SentTime
  readonly strikePeriod: string | null
  readonly lastUpdatedTime: SentTime
  readonly exchangeIndex: number | null
  /** When the answer that described it so had come. */
  readonly observedAt: UtcTime
}

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class EventRepository extends Context.Tag("kalshi-tape/EventRepository")<
  EventRepository,
  {
    readonly byTicker: (eventTicker: string) => Effect.Effect<Option.Option<EventRecord>, StorageFailed>
    /** Past and present ones alike: an event has no status. By event ticker. */
    readonly ofSeries: (seriesTicker: string, paging?: Paging) => Stream.Stream<EventRecord, StorageFailed>
  }
>() {}
