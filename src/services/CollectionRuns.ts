/**
 * The record of slots: each one that was due leaves a row that says how it ended. Rows are appended and
 * closed, never rebuilt.
 */
import { Context, type Effect, type Option } from "effect"
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
  /** Up to when everything of this feed is recorded, by the exchange's clock and ours; `null` unless complete. */
  readonly watermark: SlotSeconds | null
  /** Requests that had to be sent again: their answers are not in the log, only counted here. */
  readonly failedAttempts: number
}

/** A row of `collection_runs`. */
export interface Run extends RunKey {
  /** Seconds between slots; `null` for a slot taken by `--once`. */
  readonly interval: number | null
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly status: "running" | "complete" | "failed" | "skipped" | "missed"
  readonly reason: string | null
  readonly pages: number
  readonly items: number
  readonly watermark: SlotSeconds | null
  readonly failedAttempts: number
}

export class CollectionRuns extends Context.Tag("kalshi-tape/CollectionRuns")<
  CollectionRuns,
  {
    /**
     * Records that a slot is being taken. A row that says that the slot was missed or skipped is replaced; if
     * the slot was already taken, this fails.
     */
    readonly start: (
      run: RunKey & { readonly interval: number | null; readonly startedAt: string }
    ) => Effect.Effect<void, StorageFailed>
    readonly finish: (
      run: RunKey & RunOutcome & { readonly finishedAt: string }
    ) => Effect.Effect<void, StorageFailed>
    /** A slot that came due while the one before it was still being taken. */
    readonly skip: (
      run: RunKey & { readonly interval: number; readonly reason: string }
    ) => Effect.Effect<void, StorageFailed>
    /** Records the boundaries strictly between two slots as missed; answers how many there were. */
    readonly miss: (gap: {
      readonly feed: string
      readonly after: SlotSeconds
      readonly before: SlotSeconds
      readonly interval: number
      readonly reason: string
    }) => Effect.Effect<number, StorageFailed>
    /** Closes what a killed process left running as failed (interrupted); answers how many there were. */
    readonly closeInterrupted: (finishedAt: string) => Effect.Effect<number, StorageFailed>
    /** Of the slots up to `atOrBefore`: what a clock that was wrong has put into the future counts for nothing. */
    readonly lastComplete: (
      feed: string,
      atOrBefore?: SlotSeconds
    ) => Effect.Effect<Option.Option<Run>, StorageFailed>
    /** Of the slots before the given one, the newest complete one whose listing was not doubtful. */
    readonly lastSound: (
      feed: string,
      before: SlotSeconds
    ) => Effect.Effect<Option.Option<Run>, StorageFailed>
    /** The first slot up to this one that was taken, however it ended. */
    readonly firstTaken: (
      feed: string,
      atOrBefore: SlotSeconds
    ) => Effect.Effect<Option.Option<SlotSeconds>, StorageFailed>
    /** The last slot up to the given one that was due on an interval, however it ended. */
    readonly lastOnInterval: (
      feed: string,
      atOrBefore: SlotSeconds
    ) => Effect.Effect<Option.Option<Run>, StorageFailed>
    /** Tells whether a slot was taken. A slot that is recorded as missed or skipped was not. */
    readonly taken: (feed: string, slot: SlotSeconds) => Effect.Effect<boolean, StorageFailed>
  }
>() {}
