/**
 * Reads events, the questions that markets answer, as they were last described. Reading only; lists are
 * streams of pages, as in MarketRepository.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { events } from "../domain/read/events/table.ts"
import type { RecordOf } from "../domain/read/record.ts"
import type { Paging } from "./MarketRepository.ts"

/** A row of `events`; times are UTC. */
export type EventRecord = RecordOf<typeof events>

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class EventRepository extends Context.Tag("kalshi-tape/EventRepository")<
  EventRepository,
  {
    readonly byTicker: (eventTicker: string) => Effect.Effect<Option.Option<EventRecord>, StorageFailed>
    /** The events of a series, past and present ones alike, by event ticker. An event has no status. */
    readonly ofSeries: (seriesTicker: string, paging?: Paging) => Stream.Stream<EventRecord, StorageFailed>
  }
>() {}
