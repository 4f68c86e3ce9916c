/**
 * Unforeseen exceptions in work that other work does not depend on. Such an exception fails that work alone.
 */
import { Cause, Effect, Exit, Option } from "effect"

const WORDS_MAX = 200

/**
 * Describes the bug behind a cause in one sentence. Returns none if the cause has an expected failure, or
 * only an interruption.
 */
export const bugIn = (cause: Cause.Cause<unknown>): Option.Option<string> =>
  Option.isSome(Cause.failureOption(cause))
    ? Option.none()
    : Option.map(Cause.dieOption(cause), (defect) => {
        const [words = ""] = (defect instanceof Error ? defect.message : String(defect)).split(/[\r\n]/)
        return `a bug in kalshi-tape ended this: ${words.slice(0, WORDS_MAX)}. Please report it, with what --log-level debug prints about it.`
      })

/** Logs the stack trace of a bug at the debug level. */
export const logBug = (exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> =>
  Exit.isFailure(exit) && Option.isSome(bugIn(exit.cause))
    ? Effect.logDebug(Cause.pretty(exit.cause))
    : Effect.void
