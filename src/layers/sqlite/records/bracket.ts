/** The bracket around work whose start and end are recorded. */
import { Effect, Exit } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import { logFailure, stopsRecorder } from "../../effects/failure.ts"

export interface Bracket<S, A, E, O> {
  readonly start: Effect.Effect<S, StorageFailed>
  readonly work: (started: S) => Effect.Effect<A, E>
  /** The outcome to record, from how the work ended. */
  readonly outcomeOf: (exit: Exit.Exit<A, E>) => Effect.Effect<O>
  readonly finish: (outcome: O) => Effect.Effect<void, StorageFailed>
}

/**
 * Records the start of work, does the work, and records its outcome. Once the start is recorded the outcome is
 * too, also if the work fails or is interrupted. The result is the outcome, unless the failure stops the
 * recorder.
 */
export const bracket = <S, A, E, O>({
  finish,
  outcomeOf,
  start,
  work
}: Bracket<S, A, E, O>): Effect.Effect<O, StorageFailed | Extract<E, StorageFailed>> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const started = yield* start
      const exit = yield* Effect.exit(restore(work(started)))
      const outcome = yield* outcomeOf(exit)
      yield* logFailure(exit)
      yield* finish(outcome)
      return Exit.isFailure(exit) && stopsRecorder(exit.cause) ? yield* Effect.failCause(exit.cause) : outcome
    })
  )
