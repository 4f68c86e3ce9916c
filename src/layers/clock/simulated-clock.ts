/**
 * A simulated clock. It is set forward over times in which nothing happens, so that hours of recording take
 * seconds.
 */
import { Clock, Effect } from "effect"

export interface SimulatedClock {
  /** The clock, which runs at the speed of real time. Only `setTo` makes it jump. */
  readonly clock: Clock.Clock
  /** Sets the clock forward to a time in milliseconds since 1970. A time in the past changes nothing. */
  readonly setTo: (millis: number) => Effect.Effect<void>
}

/** Makes a simulated clock that starts at `startsAt`, in milliseconds since 1970. */
export const simulatedClock = (startsAt: number): Effect.Effect<SimulatedClock> =>
  Effect.clockWith((real) =>
    Effect.sync(() => {
      let ahead = BigInt(Math.round(startsAt * 1000)) * 1000n - real.unsafeCurrentTimeNanos()
      const nanos = () => real.unsafeCurrentTimeNanos() + ahead
      const millis = () => Number(nanos() / 1_000_000n)
      return {
        clock: {
          [Clock.ClockTypeId]: Clock.ClockTypeId,
          unsafeCurrentTimeMillis: millis,
          unsafeCurrentTimeNanos: nanos,
          currentTimeMillis: Effect.sync(millis),
          currentTimeNanos: Effect.sync(nanos),
          sleep: real.sleep
        },
        setTo: (target) =>
          Effect.sync(() => {
            const wanted = BigInt(Math.round(target)) * 1_000_000n - nanos()
            if (wanted > 0n) ahead += wanted
          })
      }
    })
  )
