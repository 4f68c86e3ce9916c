/**
 * The barrier between a feed's walk and the feeds that build on it. Feeds that ask about markets one by one wait
 * for the walks of the same slot that their market set is read after.
 */
import { Clock, type Duration, Effect, Stream, SubscriptionRef } from "effect"
import { boundaryAtOrBefore, type SlotSeconds } from "../../domain/units/time.ts"
import { within } from "../effects/time-limit.ts"

/** The newest walk that has ended, complete or not. After a failed walk the stored markets are used. */
interface EndedWalk {
  readonly slot: SlotSeconds
  /** Seconds since 1970. */
  readonly at: number
}

export interface WalkBarrier {
  readonly pass: (slot: SlotSeconds) => Effect.Effect<void>
  /**
   * Waits for the walk of the boundary at or before `slot`, or for a walk that ends after `slot`, but no longer
   * than the barrier's patience.
   */
  readonly awaitFor: (slot: SlotSeconds) => Effect.Effect<void>
}

export interface WalkBarrierOptions {
  /** Seconds between walks. */
  readonly interval: number
  /** The slot of the newest complete walk so far. */
  readonly last: SlotSeconds | undefined
  /** The longest wait. A machine may sleep through a boundary, and the stored markets are used then. */
  readonly patience: Duration.DurationInput
}

export const make = ({ interval, last, patience }: WalkBarrierOptions): Effect.Effect<WalkBarrier> =>
  Effect.map(
    SubscriptionRef.make<EndedWalk>({
      slot: last ?? Number.NEGATIVE_INFINITY,
      at: Number.NEGATIVE_INFINITY
    }),
    (newest) => ({
      pass: (slot) =>
        Effect.flatMap(Clock.currentTimeMillis, (millis) =>
          SubscriptionRef.update(newest, (before) => ({
            slot: Math.max(slot, before.slot),
            at: millis / 1000
          }))
        ),
      awaitFor: (slot) => {
        const due = boundaryAtOrBefore(slot * 1000, interval)
        return newest.changes.pipe(
          Stream.filter((ended) => ended.slot >= due || ended.at >= slot),
          Stream.runHead,
          Effect.asVoid,
          within(patience, Effect.void)
        )
      }
    })
  )
