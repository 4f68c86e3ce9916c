/** Tells failures of one piece of work from those that must stop the recorder. */
import { Cause, Effect, Exit, Option } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { affectsTablesOnly } from "../../domain/tables-failure.ts"

const BUG_CHARS_MAX = 200

/**
 * Describes the bug behind a cause in one sentence. Returns none if the cause has an expected failure, or
 * only an interruption.
 */
const bugIn = (cause: Cause.Cause<unknown>): Option.Option<string> =>
  Option.isSome(Cause.failureOption(cause))
    ? Option.none()
    : Option.map(Cause.dieOption(cause), (defect) => {
        const [words = ""] = (defect instanceof Error ? defect.message : String(defect)).split(/[\r\n]/)
        return `a bug in kalshi-tape ended this: ${words.slice(0, BUG_CHARS_MAX)}. Please report it, with what --log-level debug prints about it.`
      })

/**
 * Tells whether a failure stops the recorder: a failure to store does, and so does an interruption. A failure of
 * the exchange, a failure that affects the tables only, and a bug end only the work in which they occur.
 */
export const stopsRecorder = <E>(cause: Cause.Cause<E>): cause is Cause.Cause<Extract<E, StorageFailed>> =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => Option.isNone(bugIn(cause)),
    onSome: (error) => error instanceof StorageFailed && !affectsTablesOnly(error)
  })

/** Describes why work ended: its failure, a bug, or an interruption. */
export const describeFailure = (cause: Cause.Cause<{ readonly message: string }>): string =>
  Option.match(Cause.failureOption(cause), {
    onNone: () => Option.getOrElse(bugIn(cause), () => "interrupted"),
    onSome: ({ message }) => message
  })

/** Logs the cause of failed work at the debug level. */
export const logFailure = (exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> =>
  Exit.isFailure(exit) && !Cause.isInterruptedOnly(exit.cause)
    ? Effect.logDebug("this ended with a failure", exit.cause)
    : Effect.void
