/**
 * When the listing of open markets for a slot is as good as it will be: feeds that ask about markets one
 * by one wait for it, so that they ask about those that are open now.
 */
import { Clock, type Duration, Effect, Stream, SubscriptionRef } from "effect"
import { boundaryAtOrBefore, type SlotSeconds } from "../../domain/units/time.ts"
import { within } from "../effects/time-limit.ts"

/** The newest listing that has ended, complete or not; a feed takes the stored markets after a failed one. */
interface Ended {
  readonly slot: SlotSeconds
  /** Seconds since the epoch. */
  readonly at: number
}

export interface Listings {
  readonly ended: (slot: SlotSeconds) => Effect.Effect<void>
  /** Waits for the listing of the boundary at or before `slot`, or for one that ends after it; not for ever. */
  readonly awaitFor: (slot: SlotSeconds) => Effect.Effect<void>
}

export interface ListingsOptions {
  /** Seconds between listings. */
  readonly interval: number
  /** The newest complete one so far. */
  readonly last: SlotSeconds | undefined
  /** How long to wait: a boundary may be slept through, and then the stored markets have to do. */
  readonly patience: Duration.DurationInput
}

export const make = ({ interval, last, patience }: ListingsOptions): Effect.Effect<Listings> =>
  Effect.map(
    SubscriptionRef.make<Ended>({ slot: last ?? Number.NEGATIVE_INFINITY, at: Number.NEGATIVE_INFINITY }),
    (newest) => ({
      ended: (slot) =>
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
