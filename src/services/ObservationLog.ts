/**
 * The log of everything the exchange answered. It only grows: `seq` is contiguous from 1, every row's
 * hash covers the row before it, and what `append` has returned is on the disk. Old rows lie in the archive,
 * new ones in SQLite; whoever reads the log does not see the difference, also while rows move.
 */
import { Context, type Effect, type Option, type Stream } from "effect"
import type { LogDamaged, StorageFailed } from "../domain/errors.ts"
import type { LogEntry, LoggedObservation, Observation, SealedObservation } from "../domain/observation.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export interface Appended {
  readonly seq: number
  /** False when the key had an answer already: the first is kept, this one discarded. */
  readonly fresh: boolean
}

export interface LogHead {
  /** 0 for an empty log. */
  readonly seq: number
  readonly chainSha256: string
}

export interface LogRange {
  /** The first seq to read. */
  readonly from: number
  /** The last seq to read; the head of the log by default. */
  readonly to?: number
}

export class ObservationLog extends Context.Tag("kalshi-tape/ObservationLog")<
  ObservationLog,
  {
    /** Makes an answer durable. Appends are taken one at a time, in the order of their arrival. */
    readonly append: (observation: Observation) => Effect.Effect<Appended, StorageFailed>
    readonly head: Effect.Effect<LogHead, StorageFailed>
    /**
     * Observations in `seq` order, in batches of bounded memory. Their bodies are sealed: the caller opens and
     * checks them, several at a time if it likes.
     */
    readonly read: (
      range: LogRange
    ) => Stream.Stream<ReadonlyArray<SealedObservation>, StorageFailed | LogDamaged>
    /** One observation, its body checked against its hash. */
    readonly get: (seq: number) => Effect.Effect<Option.Option<LoggedObservation>, StorageFailed | LogDamaged>
    /** The last page recorded of each request of a feed since a slot, by request: its seq. */
    readonly lastPages: (
      feed: string,
      since: SlotSeconds
    ) => Effect.Effect<ReadonlyMap<string, number>, StorageFailed | LogDamaged>
    /** Rows without bodies, in `seq` order, with the encoding and the size that they had in SQLite. */
    readonly entries: (range: LogRange) => Stream.Stream<LogEntry, StorageFailed | LogDamaged>
    /**
     * Recomputes each body's hash, the chain over the stored bytes and every column of a hot row, and the
     * links and the file hashes of the archive; emits the seq reached from time to time, and fails at the
     * first row that is not what was written.
     */
    readonly verify: (range: LogRange) => Stream.Stream<number, StorageFailed | LogDamaged>
  }
>() {}
