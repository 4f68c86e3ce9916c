/** An exception that nobody foresaw, in work that others do not depend on: it fails that work, and nothing else. */
import { Cause, Effect, Exit, Option } from "effect"

const WORDS_MAX = 200

/** What went wrong in one sentence; nothing, where a cause has another kind of failure, or only an interruption. */
export const bugIn = (cause: Cause.Cause<unknown>): Option.Option<string> =>
  Option.isSome(Cause.failureOption(cause))
    ? Option.none()
    : Option.map(Cause.dieOption(cause), (defect) => {
        const [words = ""] = (defect instanceof Error ? defect.message : String(defect)).split(/[\r\n]/)
        return `a bug in kalshi-tape ended this: ${words.slice(0, WORDS_MAX)}. Please report it, with what --log-level debug prints about it.`
      })

/** The place of it in the code, for those who mend it. */
export const logBug = (exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> =>
  Exit.isFailure(exit) && Option.isSome(bugIn(exit.cause))
    ? Effect.logDebug(Cause.pretty(exit.cause))
    : Effect.void
