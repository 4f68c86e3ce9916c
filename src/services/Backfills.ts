/**
 * The record of backfills: what was asked for of the past, and how far each has come. Anyone may ask for
 * one; only the one writer of the data directory works on it.
 */
import { Context, type Effect, type Option } from "effect"
import type { BackfillSpec } from "../domain/ask/backfill/plan.ts"
import type { StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export interface BackfillProgress {
  /** Listings to walk, as far as they are known yet. */
  readonly requests: number
  readonly requestsDone: number
  /** Pages and items recorded by all attempts. */
  readonly pages: number
  readonly items: number
}

export interface BackfillJob extends BackfillProgress {
  /** Its name. */
  readonly slot: SlotSeconds
  readonly spec: BackfillSpec
  readonly status: "waiting" | "running" | "complete" | "failed"
  readonly reason: string | null
}

export class Backfills extends Context.Tag("kalshi-tape/Backfills")<
  Backfills,
  {
    /** Asks for a backfill; one that was asked for in the same words and is not complete is taken up again. */
    readonly ask: (spec: BackfillSpec, at: SlotSeconds) => Effect.Effect<BackfillJob, StorageFailed>
    readonly get: (slot: SlotSeconds) => Effect.Effect<Option.Option<BackfillJob>, StorageFailed>
    /** The one that has waited longest since it was asked for or tried: one in trouble holds up no other. */
    readonly next: Effect.Effect<Option.Option<BackfillJob>, StorageFailed>
    /** Those that a killed process left running wait again; answers how many. */
    readonly recover: Effect.Effect<number, StorageFailed>
    /** Begins an attempt; answers a slot that no attempt had before. */
    readonly start: (slot: SlotSeconds, startedAt: string) => Effect.Effect<SlotSeconds, StorageFailed>
    readonly progress: (slot: SlotSeconds, made: BackfillProgress) => Effect.Effect<void, StorageFailed>
    readonly finish: (
      slot: SlotSeconds,
      end: {
        readonly status: "waiting" | "complete" | "failed"
        readonly reason: string | null
        readonly finishedAt: string
      }
    ) => Effect.Effect<void, StorageFailed>
  }
>() {}
