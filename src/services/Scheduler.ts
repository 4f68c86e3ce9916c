/**
 * Slots on wall-clock boundaries: every 15 minutes is :00, :15, :30 and :45, whatever the work takes. A
 * slot whose predecessor still runs is skipped and recorded; boundaries that passed while the process
 * was down, or asleep, are recorded as missed. Slots are never piled up and never drift.
 */
import { Context, type Effect } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export interface Job<E, R> {
  readonly feed: string
  /** Seconds between boundaries. */
  readonly interval: number
  /** Takes one slot; an outcome that is a failure of the exchange is no error here. */
  readonly take: (slot: SlotSeconds) => Effect.Effect<void, E, R>
}

export class Scheduler extends Context.Tag("kalshi-tape/Scheduler")<
  Scheduler,
  {
    /**
     * Runs a job for ever: at once if its last complete slot is older than its interval, then on every
     * boundary. Ends only with an error of the job or of the record; interrupted, it interrupts the slot
     * that is running and waits for it.
     */
    readonly run: <E, R>(job: Job<E, R>) => Effect.Effect<never, E | StorageFailed, R>
    /** The first second from now on that none of these feeds has taken. */
    readonly freeSlot: (feeds: ReadonlyArray<string>) => Effect.Effect<SlotSeconds, StorageFailed>
  }
>() {}
