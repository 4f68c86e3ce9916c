/**
 * The record of runs: each slot of a feed that was due leaves a row that says how it ended. Rows are appended
 * and closed, never rebuilt.
 */
import { Context, type Effect, type Exit, type Option } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export interface RunKey {
  readonly feed: string
  readonly slot: SlotSeconds
}

export interface RunOutcome {
  readonly status: "complete" | "failed"
  /**
   * Why the run failed. A complete run may have a reason too: what is missing in it, or, after the prefix
   * "warning: ", what is doubtful.
   */
  readonly reason: string | null
  readonly pages: number
  readonly items: number
  /**
   * The time up to which everything of this feed is recorded, by the earlier of the exchange's clock and this
   * machine's. It is `null` unless the run is complete.
   */
  readonly watermark: SlotSeconds | null
  /** Requests that had to be sent again. Their answers are not in the log, only counted here. */
  readonly failedAttempts: number
}

/** A row of `collection_runs`. */
export interface Run extends RunKey, Omit<RunOutcome, "status"> {
  /** Seconds between slots; `null` for a slot taken by `--once`. */
  readonly interval: number | null
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly status: RunOutcome["status"] | "running" | "skipped" | "missed"
}

export class CollectionRuns extends Context.Tag("kalshi-tape/CollectionRuns")<
  CollectionRuns,
  {
    /**
     * Records the start of a run, does its work, and records the outcome, also if the work fails or is
     * interrupted. A row that says that the slot was missed or skipped is replaced. Fails if the slot was
     * already taken, or with a failure of the work that stops the recorder.
     */
    readonly bracket: <A, E>(
      run: RunKey & { readonly interval: number | null },
      work: Effect.Effect<A, E>,
      outcomeOf: (exit: Exit.Exit<A, E>) => Effect.Effect<RunOutcome>
    ) => Effect.Effect<RunOutcome, StorageFailed | Extract<E, StorageFailed>>
    /** Records a slot that came due while the one before it was still being taken. */
    readonly skip: (
      run: RunKey & { readonly interval: number; readonly reason: string }
    ) => Effect.Effect<void, StorageFailed>
    /** Records the boundaries strictly between two slots as missed. Returns their number. */
    readonly miss: (gap: {
      readonly feed: string
      readonly after: SlotSeconds
      readonly before: SlotSeconds
      readonly interval: number
      readonly reason: string
    }) => Effect.Effect<number, StorageFailed>
    /** Closes the runs that a killed process left open as failed (interrupted). Returns their number. */
    readonly closeInterrupted: (finishedAt: string) => Effect.Effect<number, StorageFailed>
    /**
     * The newest complete run of a slot at or before `atOrBefore`. Later slots, which a wrong clock may have
     * left, are ignored.
     */
    readonly lastComplete: (
      feed: string,
      atOrBefore?: SlotSeconds
    ) => Effect.Effect<Option.Option<Run>, StorageFailed>
    /** The newest complete run of a slot before the given one whose listing was not doubtful. */
    readonly lastSound: (
      feed: string,
      before: SlotSeconds
    ) => Effect.Effect<Option.Option<Run>, StorageFailed>
    /** The first slot at or before the given one that was taken, however it ended. */
    readonly firstTaken: (
      feed: string,
      atOrBefore: SlotSeconds
    ) => Effect.Effect<Option.Option<SlotSeconds>, StorageFailed>
    /** The newest slot at or before the given one that was due on an interval, however it ended. */
    readonly lastOnInterval: (
      feed: string,
      atOrBefore: SlotSeconds
    ) => Effect.Effect<Option.Option<Run>, StorageFailed>
    /** Tells whether a slot was taken. A slot that is recorded as missed or skipped was not. */
    readonly taken: (feed: string, slot: SlotSeconds) => Effect.Effect<boolean, StorageFailed>
  }
>() {}
