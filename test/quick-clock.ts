/**
 * TestClock asks three timers at every step whether all fibers stand still: milliseconds in which nothing
 * happens. Where fibers wait for nothing but the clock and each other, the next turn of the event loop knows.
 * Not for tests with sockets, files or threads.
 */
import { Effect, TestClock } from "effect"

const nextTurn = Effect.async<void>((resume) => {
  const turn = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(turn))
})

/** Makes the TestClock of a test such a quick one. */
export const quickClock = Effect.map(TestClock.testClock(), (clock) =>
  Object.assign(clock, { yieldTimer: nextTurn })
)
