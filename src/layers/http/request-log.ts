/**
 * Logs one line at the debug level for each attempt at a request, with its path and its outcome. Headers are
 * not logged.
 */
import { Effect, Exit, Ref } from "effect"
import { monotonicMillis } from "./monotonic.ts"

/** The number of characters of a path that are logged. A request about a hundred markets has 6,000. */
const PATH_CHARS_MAX = 500

const shown = (path: string): string =>
  path.length > PATH_CHARS_MAX ? `${path.slice(0, PATH_CHARS_MAX)}… (${path.length} characters)` : path

interface Ended {
  readonly status: number
  readonly body: Uint8Array
}

/**
 * Runs one attempt and logs it. `attempt` receives an effect to run when the request is sent; the time before
 * that was spent waiting for the budget.
 */
export const logged = <A extends Ended, E extends { readonly why: string }, R>(
  path: string,
  nth: Effect.Effect<number>,
  attempt: (onSent: Effect.Effect<void>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const askedAt = yield* monotonicMillis
    const sentAt = yield* Ref.make<number | undefined>(undefined)
    const exit = yield* Effect.exit(
      attempt(Effect.flatMap(monotonicMillis, (millis) => Ref.set(sentAt, millis)))
    )
    const [sent, endedAt, attempts] = yield* Effect.all([Ref.get(sentAt), monotonicMillis, nth])
    if (sent !== undefined) {
      const how = Exit.match(exit, {
        onSuccess: ({ body, status }) => `${status}, ${body.length} bytes`,
        onFailure: (cause) => (cause._tag === "Fail" ? cause.error.why : "ended before its answer came")
      })
      yield* Effect.logDebug(
        `${how}, in ${endedAt - sent} ms, attempt ${attempts}, after ${sent - askedAt} ms of waiting for the budget: GET ${shown(path)}`
      )
    }
    return yield* exit
  })
