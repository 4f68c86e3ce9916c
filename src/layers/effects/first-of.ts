import { Effect, Fiber } from "effect"

/**
 * The first of two to end, and the other one interrupted. Unlike Effect.raceFirst, whose losers live on until
 * the fiber ends, an interruption waits for both: nothing that they still use is closed below them.
 */
export const firstOf = <A, E, R, A2, E2, R2>(
  one: Effect.Effect<A, E, R>,
  other: Effect.Effect<A2, E2, R2>
): Effect.Effect<A | A2, E | E2, R | R2> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Effect.fork(restore(Effect.raceFirst(one, other))), (racing) =>
      restore(Fiber.join(racing)).pipe(Effect.onInterrupt(() => Fiber.interrupt(racing)))
    )
  )
