/** A clock that runs faster than the wall's, for the demo: hours of recording in seconds. */
import { Clock, Duration, Effect } from "effect"

interface Simulated {
  readonly speed: number
}

const isSimulated = (clock: Clock.Clock): clock is Clock.Clock & Simulated => "speed" in clock

/** Seconds that the running clock counts for each that passes: what takes a while takes so many times as long on it. */
export const clockSpeed: Effect.Effect<number> = Effect.clockWith((clock) =>
  Effect.succeed(isSimulated(clock) ? clock.speed : 1)
)

/** Starts at `startsAt` (epoch milliseconds) and counts `speed` seconds for each that passes. */
export const fastClock = (startsAt: number, speed: number): Effect.Effect<Clock.Clock> =>
  Effect.clockWith((real) =>
    Effect.sync((): Clock.Clock & Simulated => {
      const origin = real.unsafeCurrentTimeNanos()
      const nanos = () =>
        BigInt(Math.round(startsAt * 1000)) * 1000n +
        BigInt(Math.round(Number(real.unsafeCurrentTimeNanos() - origin) * speed))
      const millis = () => Number(nanos() / 1_000_000n)
      return {
        [Clock.ClockTypeId]: Clock.ClockTypeId,
        speed,
        unsafeCurrentTimeMillis: millis,
        unsafeCurrentTimeNanos: nanos,
        currentTimeMillis: Effect.sync(millis),
        currentTimeNanos: Effect.sync(nanos),
        sleep: (duration) => real.sleep(Duration.times(duration, 1 / speed))
      }
    })
  )
