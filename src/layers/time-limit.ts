import { type Duration, Effect } from "effect"
import { firstOf } from "./first-of.ts"

/**
 * Ends an effect that takes longer than this, and goes on with another in its place. It stands in for
 * `Effect.timeout` and its kin, which are not interrupted under a concurrent `Effect.forEach` when a sibling
 * fails (effect 3.22.4): they run to the end of their time first, and everything waits for them.
 */
export const within =
  <A2, E2>(duration: Duration.DurationInput, otherwise: Effect.Effect<A2, E2>) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A | A2, E | E2, R> =>
    firstOf(self, Effect.zipRight(Effect.sleep(duration), otherwise))
