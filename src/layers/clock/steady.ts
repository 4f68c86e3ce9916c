/**
 * The steady clock: it shows the time of the machine's clock as long as that advances as fast as the
 * monotonic clock, which cannot be set. When the machine's clock jumps, the steady clock goes on as if it
 * had not, until `believe` decides which time is right.
 */
import { Clock, Effect } from "effect"

/**
 * The difference, in milliseconds, up to which a step of the machine's clock does not count as a jump. An NTP
 * daemon may make steps of a second or two.
 */
const STEP_MILLIS_MAX = 5000

/**
 * The rate at which the machine's clock may deviate from the monotonic clock. Slewing changes the rate by at
 * most 0.0005, and an ordinary drift is smaller.
 */
const DRIFT_MAX = 0.001

/** Two clocks read at the same moment, in milliseconds since 1970. */
export interface ClockReading {
  /** The time of the machine's clock. */
  readonly machine: number
  readonly believed: number
}

export interface SteadyClock {
  readonly clock: Clock.Clock
  readonly read: () => ClockReading
  /**
   * How far the machine's clock has jumped since the last call of `believe`, in milliseconds. A positive
   * number is a jump forward.
   */
  readonly moved: () => number
  /** Sets how far the machine's clock is ahead of the right time, in milliseconds. */
  readonly believe: (aheadMillis: number) => void
}

export const steadyClock = (real: Clock.Clock): SteadyClock => {
  const look = () => ({
    wall: real.unsafeCurrentTimeMillis(),
    monotonic: Number(real.unsafeCurrentTimeNanos() / 1000n) / 1000
  })
  let last = look()
  let ahead = 0
  let moved = 0

  const read = (): ClockReading => {
    const now = look()
    const elapsed = now.monotonic - last.monotonic
    const jump = now.wall - last.wall - elapsed
    if (Math.abs(jump) > STEP_MILLIS_MAX + elapsed * DRIFT_MAX) {
      ahead += jump
      moved += jump
    }
    last = now
    return { machine: now.wall, believed: Math.round(now.wall - ahead) }
  }
  const millis = () => read().believed

  return {
    clock: {
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      unsafeCurrentTimeMillis: millis,
      unsafeCurrentTimeNanos: () => real.unsafeCurrentTimeNanos(),
      currentTimeMillis: Effect.sync(millis),
      currentTimeNanos: real.currentTimeNanos,
      sleep: (duration) => real.sleep(duration)
    },
    read,
    moved: () => moved,
    believe: (aheadMillis) => {
      ahead = aheadMillis
      moved = 0
    }
  }
}
