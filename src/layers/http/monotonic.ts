/** Elapsed time, which changes of the wall clock do not affect. */
import { Clock, Effect } from "effect"

/** Milliseconds since an arbitrary point in the past. */
export const monotonicMillis: Effect.Effect<number> = Effect.map(Clock.currentTimeNanos, (nanos) =>
  Number(nanos / 1_000_000n)
)
