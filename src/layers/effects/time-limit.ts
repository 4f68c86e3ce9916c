import { type Duration, Effect } from "effect"
import { firstOf } from "./first-of.ts"

/**
 * Interrupts an effect that takes longer than `duration`, and runs `otherwise` in its place. Used instead of
 * `Effect.timeout` and its variants: within a concurrent `Effect.forEach`, they are not interrupted when a
 * sibling fails (effect 3.22.4), and everything waits until their time is over.
 */
export const within =
  <A2, E2>(duration: Duration.DurationInput, otherwise: Effect.Effect<A2, E2>) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A | A2, E | E2, R> =>
    firstOf(self, Effect.zipRight(Effect.sleep(duration), otherwise))
