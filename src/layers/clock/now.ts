/** The present time in the forms of the tables. */
import { Clock, Effect } from "effect"
import { isoMicros, type SlotSeconds } from "../../domain/units/time.ts"

/**
 * The difference, in milliseconds, above which the two clocks disagree. Effect counts nanoseconds from the time of
 * the wall clock at the start of the process, and the wall clock may have been set since.
 */
const APART_MILLIS_MAX = 50

/** The wall clock, `2026-11-22T12:15:00.123456Z`. It has microseconds as long as the clocks agree. */
export const now: Effect.Effect<string> = Effect.zipWith(
  Clock.currentTimeMillis,
  Clock.currentTimeNanos,
  (millis, nanos) => {
    const micros = Number(nanos / 1000n)
    return isoMicros(Math.abs(micros / 1000 - millis) < APART_MILLIS_MAX ? micros : millis * 1000)
  }
)

/** The present second. */
export const nowSeconds: Effect.Effect<SlotSeconds> = Effect.map(Clock.currentTimeMillis, (millis) =>
  Math.floor(millis / 1000)
)
