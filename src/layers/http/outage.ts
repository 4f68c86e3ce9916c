/**
 * Logs that the exchange gives no usable answers: first the reason, then how long it has lasted, and at the
 * end that it answers again. A single request that has to be repeated is not logged, but two seconds without
 * any answer are.
 */
import { Effect, Schedule, type Scope } from "effect"
import { ofWholeProcess } from "../effects/whole-process.ts"
import { monotonicMillis } from "./monotonic.ts"

/**
 * The silence, in milliseconds, after which the first line is logged. Together with LOOK_EVERY it stays below
 * two seconds, the longest time for which the screen may show nothing.
 */
const SILENT_MILLIS_MAX = 1500
const LOOK_EVERY = "250 millis"

/**
 * The length, in milliseconds, of the first part of an outage, in which a line is logged about every two
 * seconds. After that, a line is logged every minute.
 */
const CLOSELY_MILLIS = 30_000
const LATER_MILLIS = 60_000

export interface Outage {
  /**
   * Runs one request with all its attempts. Only while a request is running does a missing answer count as an
   * outage.
   */
  readonly during: <A, E, R>(request: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  readonly failed: (why: string) => Effect.Effect<void>
  readonly answered: Effect.Effect<void>
}

const seconds = (millis: number): string => `${Math.round(millis / 1000)} s`

export const makeOutage = (url: string): Effect.Effect<Outage, never, Scope.Scope> =>
  Effect.gen(function* () {
    let running = 0
    let hasAnswered = false
    /**
     * The time, in milliseconds of the monotonic clock, since which an answer has been missing: the start of
     * the first request if the exchange has never answered, otherwise the first failed attempt.
     */
    let since: number | undefined
    let attempts = 0
    let why: string | undefined
    let loggedAt: number | undefined
    let loggedWhy: string | undefined

    const look = Effect.flatMap(monotonicMillis, (now) => {
      if (since === undefined || running === 0) return Effect.void
      const waited = now - since
      if (loggedAt === undefined) {
        if (waited < SILENT_MILLIS_MAX) return Effect.void
        loggedAt = now
        loggedWhy = why
        return why === undefined
          ? Effect.logInfo(`waiting for the first answer of ${url}`)
          : Effect.logWarning(`${url} gives no usable answer (${why}); it is asked again and again`)
      }
      if (now - loggedAt < (waited < CLOSELY_MILLIS ? SILENT_MILLIS_MAX : LATER_MILLIS)) return Effect.void
      loggedAt = now
      const news = why === undefined || why === loggedWhy ? "" : ` (${why})`
      loggedWhy = why
      return Effect.logInfo(
        `no answer for ${seconds(waited)}, after ${attempts} failed ${attempts === 1 ? "attempt" : "attempts"}${news}`
      )
    })
    yield* Effect.forkScoped(Effect.repeat(look, Schedule.spaced(LOOK_EVERY)))

    const begin = Effect.map(monotonicMillis, (now) => {
      running += 1
      if (!hasAnswered && since === undefined) since = now
    })
    const end = Effect.sync(() => {
      running -= 1
    })

    return {
      during: (request) =>
        Effect.acquireUseRelease(
          begin,
          () => request,
          () => end
        ),
      failed: (words) =>
        Effect.map(monotonicMillis, (now) => {
          since ??= now
          attempts += 1
          why = words
        }),
      answered: Effect.flatMap(monotonicMillis, (now) => {
        const waited = since === undefined || loggedAt === undefined ? undefined : now - since
        hasAnswered = true
        since = undefined
        loggedAt = undefined
        why = undefined
        attempts = 0
        return waited === undefined
          ? Effect.void
          : ofWholeProcess(Effect.logInfo(`the exchange answers, after ${seconds(waited)}`))
      })
    }
  })
