import { Effect, Fiber } from "effect"

/**
 * Returns the result of the effect that ends first, and interrupts the other. Unlike with `Effect.raceFirst`, an
 * interruption waits for both, so that nothing is closed that they still use.
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
