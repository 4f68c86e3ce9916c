import { Effect, FiberRef, HashMap } from "effect"

/**
 * Removes the feed and the slot from the log messages and metrics of work that concerns the whole process, and
 * that the fiber of a feed happens to do.
 */
export const ofWholeProcess = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  self.pipe(
    Effect.locally(FiberRef.currentLogAnnotations, HashMap.empty<string, unknown>()),
    Effect.locally(FiberRef.currentMetricLabels, [])
  )
