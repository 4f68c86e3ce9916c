/**
 * Takes slots on the boundaries of the wall clock: with an interval of 15 minutes at :00, :15, :30 and :45,
 * however long the work takes. A slot that comes due while the one before it still runs is recorded as skipped.
 * Boundaries that pass while the process is down, or the machine asleep, are recorded as missed.
 */
import { Context, type Effect } from "effect"
import type { StorageFailed } from "../domain/errors.ts"
import type { SlotSeconds } from "../domain/units/time.ts"

export interface ScheduledJob<E, R> {
  readonly feed: string
  /** Seconds between boundaries. */
  readonly interval: number
  /** Takes one slot. A failure of the exchange is an outcome of the slot, and not an error. */
  readonly take: (slot: SlotSeconds) => Effect.Effect<void, E, R>
}

export class Scheduler extends Context.Tag("kalshi-tape/Scheduler")<
  Scheduler,
  {
    /**
     * Runs a job for ever: at once if its last complete slot is older than its interval, then on every
     * boundary. It ends only with an error of the job or of the record. If it is interrupted, it interrupts the
     * slot that is running and waits for it.
     */
    readonly run: <E, R>(job: ScheduledJob<E, R>) => Effect.Effect<never, E | StorageFailed, R>
    /** Returns the first second from now on that none of these feeds has taken. */
    readonly freeSlot: (feeds: ReadonlyArray<string>) => Effect.Effect<SlotSeconds, StorageFailed>
  }
>() {}
