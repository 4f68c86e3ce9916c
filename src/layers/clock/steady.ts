/**
 * A clock that does not jump. It shows what the machine's clock shows, as long as that moves as time passes: by the
 * monotonic clock, which nobody sets. When the machine's clock moves on its own, this one goes on as if it had not,
 * until somebody says which time is to be believed.
 */
import { Clock, Effect } from "effect"

/** What an NTP daemon may set a clock by without being noticed. A step of two seconds is nothing. */
const STEP_MILLIS_MAX = 5000

/** A clock that is brought into line gains or loses half a thousandth at most, and one that drifts less. */
const DRIFT_MAX = 0.001

/** Of one moment, in milliseconds since 1970. */
export interface Reading {
  /** What the machine's clock shows. */
  readonly machine: number
  readonly believed: number
}

export interface SteadyClock {
  readonly clock: Clock.Clock
  readonly read: () => Reading
  /** How far the machine's clock has moved on its own since it was last decided which time to believe, in milliseconds. */
  readonly moved: () => number
  /** Decides it: the machine's clock is ahead of the time by this much. */
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

  const read = (): Reading => {
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
