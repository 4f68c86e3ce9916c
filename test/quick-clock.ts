/**
 * TestClock waits for three timers at every step to find out whether all fibers are suspended: milliseconds
 * in which nothing happens. If fibers wait only for the clock and each other, the next turn of the event loop
 * is enough. Not for tests with sockets, files or threads.
 */
import { Effect, TestClock } from "effect"

const nextTurn = Effect.async<void>((resume) => {
  const turn = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(turn))
})

/** Replaces the TestClock of a test by such a quick one. */
export const quickClock = Effect.map(TestClock.testClock(), (clock) =>
  Object.assign(clock, { yieldTimer: nextTurn })
)
