/** The Clock in the words of the tables. */
import { Clock, Effect } from "effect"
import { isoMicros, type SlotSeconds } from "../../domain/units/time.ts"

/** Effect counts nanoseconds from where the wall clock stood at start; past this, one of the two has moved. */
const APART_MILLIS_MAX = 50

/** `2026-11-22T12:15:00.123456Z`: the wall clock, to the microsecond as long as nobody has set it. */
export const now: Effect.Effect<string> = Effect.zipWith(
  Clock.currentTimeMillis,
  Clock.currentTimeNanos,
  (millis, nanos) => {
    const micros = Number(nanos / 1000n)
    return isoMicros(Math.abs(micros / 1000 - millis) < APART_MILLIS_MAX ? micros : millis * 1000)
  }
)

/** The second that is running. */
export const nowSeconds: Effect.Effect<SlotSeconds> = Effect.map(Clock.currentTimeMillis, (millis) =>
  Math.floor(millis / 1000)
)
