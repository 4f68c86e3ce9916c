/** Decides whether a request is tried again, and how long it waits before. */
import { Duration, Schedule } from "effect"

export interface Retryable {
  /** The wait that `Retry-After` asks for. The exchange never sends it, but a proxy may. */
  readonly retryAfter: Duration.Duration
}

/**
 * Tells whether a status means that the request should be sent again later. A status from 201 to 299 is not
 * an answer of this exchange: 202 announces a later answer, 204 has no body, and 206 has a part of it. Taken
 * for an answer, it would look like an empty listing.
 */
export const isTransient = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500 || (status > 200 && status < 300)

/**
 * Tells whether a 404 may be temporary. Of 65,226 requests for candles in 2026, 113 were answered 404 and
 * succeeded when they were repeated (observed by others). A few attempts distinguish that from an unknown market.
 */
export const isDoubtful = (status: number, endpoint: string): boolean =>
  status === 404 && endpoint.endsWith("/candlesticks")

export const DOUBTFUL_ATTEMPTS_MAX = 4

/**
 * The number of attempts at a body that is too large. It is requested once more, in case a proxy was broken;
 * each attempt costs up to 64 MB.
 */
export const TOO_LARGE_ATTEMPTS_MAX = 2

/**
 * The number of attempts at a page, which take 36 s on average with full jitter. If six answers in ten are of no
 * use, and bursts of several feeds coincide, ten attempts were not enough for one page in two hundred.
 */
export const ATTEMPTS_MAX = 14

const FIRST_WAIT = "250 millis"
const LONGEST_WAIT = "8 seconds"

/** Capped exponential back-off with full jitter, and at least the wait that the server asked for. */
export const backOff: Schedule.Schedule<unknown, Retryable> = Schedule.identity<Retryable>().pipe(
  Schedule.intersect(
    Schedule.exponential(FIRST_WAIT).pipe(
      Schedule.union(Schedule.spaced(LONGEST_WAIT)),
      Schedule.jitteredWith({ min: 0, max: 1 })
    )
  ),
  // Timers count in whole milliseconds.
  Schedule.modifyDelay(([{ retryAfter }], wait) =>
    Duration.millis(Math.ceil(Math.max(Duration.toMillis(wait), Duration.toMillis(retryAfter))))
  ),
  Schedule.intersect(Schedule.recurs(ATTEMPTS_MAX - 1))
)

const RETRY_AFTER_MAX_SECONDS = 60

/** Parses `Retry-After`, which is a number of seconds or a date. Returns zero if it is absent or unreadable. */
export const parseRetryAfter = (header: string | undefined, nowMillis: number): Duration.Duration => {
  if (header === undefined) return Duration.zero
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - nowMillis) / 1000
  return Number.isFinite(seconds) && seconds > 0
    ? Duration.seconds(Math.min(seconds, RETRY_AFTER_MAX_SECONDS))
    : Duration.zero
}
