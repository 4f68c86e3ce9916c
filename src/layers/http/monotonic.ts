/** How time passes, whatever befalls the wall clock. */
import { Clock, Effect } from "effect"

/** Milliseconds from some point in the past: differences mean something, the number itself does not. */
export const monotonicMillis: Effect.Effect<number> = Effect.map(Clock.currentTimeNanos, (nanos) =>
  Number(nanos / 1_000_000n)
)
