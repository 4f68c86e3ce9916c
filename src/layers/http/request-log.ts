/**
 * Logs one line at the debug level for each attempt at a request, with its path and its outcome. Headers are
 * not logged.
 */
import { Effect, Exit } from "effect"
import { monotonicMillis } from "./monotonic.ts"

/** The number of characters of a path that are logged. A request about a hundred markets has 6,000. */
const PATH_CHARS_MAX = 500

const shown = (path: string): string =>
  path.length > PATH_CHARS_MAX ? `${path.slice(0, PATH_CHARS_MAX)}… (${path.length} characters)` : path

/**
 * Runs one attempt and logs it. `attempt` receives an effect to run when the request is sent; the time before
 * that was spent waiting for the budget. `nth` is read after the attempt.
 */
export const logged = <
  A extends { readonly status: number; readonly body: Uint8Array },
  E extends { readonly why: string },
  R
>(
  path: string,
  nth: () => number,
  attempt: (onSent: Effect.Effect<void>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const startedAt = yield* monotonicMillis
    let sentAt: number | undefined
    const onSent = Effect.map(monotonicMillis, (millis) => {
      sentAt = millis
    })
    const exit = yield* Effect.exit(attempt(onSent))
    const endedAt = yield* monotonicMillis
    if (sentAt !== undefined) {
      const end = Exit.match(exit, {
        onSuccess: ({ body, status }) => `${status}, ${body.length} bytes`,
        onFailure: (cause) => (cause._tag === "Fail" ? cause.error.why : "ended before its answer came")
      })
      yield* Effect.logDebug(
        `${end}, in ${endedAt - sentAt} ms, attempt ${nth()}, after ${sentAt - startedAt} ms of waiting for the budget: GET ${shown(path)}`
      )
    }
    return yield* exit
  })
