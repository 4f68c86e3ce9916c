/** Lets the event loop turn once, so that timers, signals and sockets are served between pieces of long work. */
import { Effect } from "effect"

/**
 * `Effect.yieldNow` would not do: it resumes from a microtask, before the event loop turns.
 */
export const nextTurn: Effect.Effect<void> = Effect.async((resume) => {
  const turn = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(turn))
})
