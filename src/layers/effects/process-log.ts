import { Effect, FiberRef, HashMap } from "effect"

/** Removes the annotations of a feed from log messages that concern the whole process. */
export const withoutAnnotations: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> =
  Effect.locally(FiberRef.currentLogAnnotations, HashMap.empty<string, unknown>())
