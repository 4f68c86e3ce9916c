/**
 * The record of backfills: what was requested of the past, and how far each backfill has come. Any process may
 * request one; only the writer of the data directory works on it.
 */
import { Context, type Effect, type Exit, type Option } from "effect"
import type { BackfillSpec } from "../domain/ask/backfill/plan.ts"
import type { StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export interface BackfillProgress {
  /** The number of listings to walk, as far as it is known yet. */
  readonly requests: number
  readonly requestsDone: number
  /** Pages and items recorded by all attempts. */
  readonly pages: number
  readonly items: number
}

export interface BackfillJob extends BackfillProgress {
  /** The id of the backfill: the second in which it was requested. */
  readonly slot: SlotSeconds
  readonly spec: BackfillSpec
  readonly status: "waiting" | "running" | "complete" | "failed"
  readonly reason: string | null
}

export interface AttemptOutcome {
  readonly status: "waiting" | "complete" | "failed"
  readonly reason: string | null
}

export class BackfillJobs extends Context.Tag("kalshi-tape/BackfillJobs")<
  BackfillJobs,
  {
    /** Requests a backfill. If the same was requested before and is not complete, that job is resumed. */
    readonly request: (spec: BackfillSpec, at: SlotSeconds) => Effect.Effect<BackfillJob, StorageFailed>
    readonly get: (id: SlotSeconds) => Effect.Effect<Option.Option<BackfillJob>, StorageFailed>
    /**
     * The job that has waited longest since it was requested or last attempted. A job that fails again and
     * again therefore delays no other.
     */
    readonly next: Effect.Effect<Option.Option<BackfillJob>, StorageFailed>
    /** Makes the jobs that a killed process left running wait again. Returns their number. */
    readonly recover: Effect.Effect<number, StorageFailed>
    /**
     * Records the start of an attempt, does its work, and records the outcome, also if the work fails or is
     * interrupted. `work` receives the attempt's slot, which no attempt had before.
     */
    readonly bracket: <A, E, O extends AttemptOutcome>(
      id: SlotSeconds,
      work: (attempt: SlotSeconds) => Effect.Effect<A, E>,
      outcomeOf: (exit: Exit.Exit<A, E>) => Effect.Effect<O>
    ) => Effect.Effect<O, StorageFailed | Extract<E, StorageFailed>>
    readonly progress: (id: SlotSeconds, made: BackfillProgress) => Effect.Effect<void, StorageFailed>
  }
>() {}
