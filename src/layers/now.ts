/** The Clock in the words of the tables. */
import { Clock, Effect } from "effect"
import { isoMicros, type SlotSeconds } from "../domain/time.ts"

/** `2026-11-22T12:15:00.123456Z`. */
export const now: Effect.Effect<string> = Effect.map(Clock.currentTimeNanos, (nanos) =>
  isoMicros(Number(nanos / 1000n))
)

/** The second that is running. */
export const nowSeconds: Effect.Effect<SlotSeconds> = Effect.map(Clock.currentTimeMillis, (millis) =>
  Math.floor(millis / 1000)
)
