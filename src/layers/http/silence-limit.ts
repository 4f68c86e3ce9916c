/**
 * Limits how long requests are tried while the exchange has not given one usable answer. All requests share one
 * window, so that feeds which wait for each other do not each wait for the whole of it. It starts with the first
 * request. A request that starts after its end gets a single short attempt, until the request of a later slot
 * opens another window. After the first usable answer there is no limit.
 */
import { Duration, Effect } from "effect"
import { within } from "../effects/time-limit.ts"
import { monotonicMillis } from "./monotonic.ts"

/** The time of a request that starts after the end of the window, its wait for the budget included. */
const LAST_ATTEMPT_MILLIS = 2000

/** The time since the last request, or since the window, after which a request belongs to a later slot. */
const LATER_MILLIS = 30_000

export interface SilenceLimit {
  /** Reports a usable answer. It ends the limit. */
  readonly answered: Effect.Effect<void>
  /**
   * Runs one request with all its attempts, and fails with `tooLong` when the time is over. The request receives
   * whether it may make more than one attempt.
   */
  readonly run: <A, E, R>(
    request: (mayRetry: boolean) => Effect.Effect<A, E, R>,
    tooLong: Effect.Effect<never, E>
  ) => Effect.Effect<A, E, R>
}

export const makeSilenceLimit = (longest: Duration.DurationInput): SilenceLimit => {
  const windowMillis = Duration.toMillis(longest)
  let hasAnswered = false
  let endsAt = Number.NEGATIVE_INFINITY
  let lastUsedAt = Number.NEGATIVE_INFINITY
  let running = 0

  const enter = Effect.map(monotonicMillis, (now) => {
    if ((running === 0 && now > lastUsedAt + LATER_MILLIS) || now > endsAt + LATER_MILLIS)
      endsAt = now + windowMillis
    lastUsedAt = now
    running += 1
    return { mayRetry: hasAnswered || now < endsAt, millis: Math.max(endsAt - now, LAST_ATTEMPT_MILLIS) }
  })

  const leave = Effect.map(monotonicMillis, (now) => {
    lastUsedAt = now
    running -= 1
  })

  return {
    answered: Effect.sync(() => {
      hasAnswered = true
    }),
    run: (request, tooLong) =>
      Effect.acquireUseRelease(
        enter,
        ({ mayRetry, millis }) =>
          within(
            millis,
            Effect.suspend(() => (hasAnswered ? Effect.never : tooLong))
          )(request(mayRetry)),
        () => leave
      )
  }
}
