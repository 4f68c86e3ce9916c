/**
 * Says that the exchange gives no usable answer: first and once why, then for how long, and at last that it answers
 * again. One answer in hundreds that has to be asked for twice is no news; two seconds without any are.
 */
import { Effect, type Scope } from "effect"
import { monotonicMillis } from "./monotonic.ts"

/** With the time between two looks it makes less than the two seconds for which a screen may be silent. */
const SILENT_MILLIS_MAX = 1500
const LOOK_EVERY = "250 millis"

/** So long every two seconds has its line, and after that every minute. */
const CLOSELY_MILLIS = 30_000
const LATER_MILLIS = 60_000

export interface Outage {
  /** Runs one request, all its attempts included: only while one is under way is an answer waited for. */
  readonly during: <A, E, R>(request: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  readonly failed: (why: string) => Effect.Effect<void>
  readonly answered: Effect.Effect<void>
}

const seconds = (millis: number): string => `${Math.round(millis / 1000)} s`

export const makeOutage = (url: string): Effect.Effect<Outage, never, Scope.Scope> =>
  Effect.gen(function* () {
    let asking = 0
    let hasAnswered = false
    /** Since when an answer is waited for; an exchange that has answered before is given the time that it takes. */
    let since: number | undefined
    let attempts = 0
    let why: string | undefined
    let saidAt: number | undefined
    let saidWhy: string | undefined

    const look = Effect.flatMap(monotonicMillis, (now) => {
      if (since === undefined || asking === 0) return Effect.void
      const waited = now - since
      if (saidAt === undefined) {
        if (waited < SILENT_MILLIS_MAX) return Effect.void
        saidAt = now
        saidWhy = why
        return why === undefined
          ? Effect.logInfo(`waiting for the first answer of ${url}`)
          : Effect.logWarning(`${url} gives no usable answer (${why}); it is asked again and again`)
      }
      if (now - saidAt < (waited < CLOSELY_MILLIS ? SILENT_MILLIS_MAX : LATER_MILLIS)) return Effect.void
      saidAt = now
      const news = why === undefined || why === saidWhy ? "" : ` (${why})`
      saidWhy = why
      return Effect.logInfo(
        `no answer for ${seconds(waited)}, after ${attempts} failed ${attempts === 1 ? "attempt" : "attempts"}${news}`
      )
    })
    yield* Effect.forkScoped(Effect.forever(Effect.delay(look, LOOK_EVERY)))

    const begin = Effect.map(monotonicMillis, (now) => {
      asking += 1
      if (!hasAnswered && since === undefined) since = now
    })
    const end = Effect.sync(() => {
      asking -= 1
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
        const waited = since === undefined || saidAt === undefined ? undefined : now - since
        hasAnswered = true
        since = undefined
        saidAt = undefined
        why = undefined
        attempts = 0
        return waited === undefined
          ? Effect.void
          : Effect.logInfo(`the exchange answers, after ${seconds(waited)}`)
      })
    }
  })
