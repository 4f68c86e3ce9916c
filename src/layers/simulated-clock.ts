/** A clock of a time of its own, which is set forward where nothing happens: hours of recording in seconds. */
import { Clock, Effect } from "effect"

export interface SimulatedClock {
  /** Passes as fast as real time; only `setTo` makes it jump. */
  readonly clock: Clock.Clock
  /** Sets it forward, to milliseconds since 1970; never back. */
  readonly setTo: (millis: number) => Effect.Effect<void>
}

/** Shows `startsAt`, milliseconds since 1970, when it is made. */
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
