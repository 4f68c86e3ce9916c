/**
 * How long to go on trying while the exchange has not given one usable answer: a window that all requests
 * share, so that feeds which wait for one another do not each wait the whole of it. It starts with the first
 * request. One that starts when it is over gets a single short attempt, until a later slot opens another
 * window. From the first usable answer on there is no such limit.
 */
import { Duration, Effect } from "effect"
import { monotonicMillis } from "./monotonic.ts"

/** Of a request that comes when the window is over, its place in the line included. */
const LAST_WORD_MILLIS = 2000

/** So long after the last request, or after the window, whoever asks belongs to a later slot. */
const LATER_MILLIS = 30_000

export interface Silence {
  /** The exchange has given a usable answer. */
  readonly end: Effect.Effect<void>
  /**
   * Runs a request that knows whether it may try again, and fails with `tooLong` where it must give up.
   * To be run once for each request, all its attempts included.
   */
  readonly bear: <A, E, R>(
    request: (mayRetry: boolean) => Effect.Effect<A, E, R>,
    tooLong: Effect.Effect<never, E>
  ) => Effect.Effect<A, E, R>
}

interface Window {
  readonly endsAt: number
  readonly lastAskedAt: number
  readonly asking: number
}

export const makeSilence = (longest: Duration.DurationInput): Silence => {
  const windowMillis = Duration.toMillis(longest)
  let over = false
  let window: Window = { endsAt: Number.NEGATIVE_INFINITY, lastAskedAt: Number.NEGATIVE_INFINITY, asking: 0 }

  const isLater = (now: number): boolean =>
    (window.asking === 0 && now > window.lastAskedAt + LATER_MILLIS) || now > window.endsAt + LATER_MILLIS

  const enter = Effect.map(monotonicMillis, (now) => {
    const endsAt = isLater(now) ? now + windowMillis : window.endsAt
    window = { endsAt, lastAskedAt: now, asking: window.asking + 1 }
    return { mayRetry: over || now < endsAt, patienceMillis: Math.max(endsAt - now, LAST_WORD_MILLIS) }
  })

  const leave = Effect.map(monotonicMillis, (now) => {
    window = { ...window, lastAskedAt: now, asking: window.asking - 1 }
  })

  return {
    end: Effect.sync(() => {
      over = true
    }),
    bear: (request, tooLong) =>
      Effect.acquireUseRelease(
        enter,
        ({ mayRetry, patienceMillis }) =>
          Effect.raceFirst(
            request(mayRetry),
            Effect.sleep(patienceMillis).pipe(
              Effect.zipRight(Effect.suspend(() => (over ? Effect.never : tooLong)))
            )
          ),
        () => leave
      )
  }
}
