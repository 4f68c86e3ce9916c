/**
 * Reads series, the kinds of events that recur, as they were last described. Reading only; lists are streams
 * of pages, as in MarketRepository.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { RecordOf } from "../domain/read/record.ts"
import type { series } from "../domain/read/series/table.ts"
import type { Paging } from "./MarketRepository.ts"

/** A row of `series`; `volume` is in contracts, times are UTC, and lists are JSON text. */
export type SeriesRecord = RecordOf<typeof series>

/** Every operation fails with `StorageFailed` as those of MarketRepository do. */
export class SeriesRepository extends Context.Tag("kalshi-tape/SeriesRepository")<
  SeriesRepository,
  {
    readonly byTicker: (seriesTicker: string) => Effect.Effect<Option.Option<SeriesRecord>, StorageFailed>
    /** The series that have a category, be it one of several; the case counts. By series ticker. */
    readonly ofCategory: (category: string, paging?: Paging) => Stream.Stream<SeriesRecord, StorageFailed>
    /** All series, by series ticker. */
    readonly all: (paging?: Paging) => Stream.Stream<SeriesRecord, StorageFailed>
  }
>() {}
