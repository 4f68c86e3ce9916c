/** Tells failures of one piece of work from those that must stop the recorder. */
import { Cause, Option } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { affectsTablesOnly } from "../../domain/tables-failure.ts"
import { bugIn } from "./bug.ts"

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
