/**
 * Gives timers and finished I/O a turn of the event loop. `Effect.yieldNow` does not: up to 2,048 times in a row
 * it goes on in a microtask, which comes before any timer.
 */
import { Effect } from "effect"

export const letTimersRun: Effect.Effect<void> = Effect.async((resume) => {
  setImmediate(() => resume(Effect.void))
})
