/**
 * Updates the tables from the log while recording goes on. Recording never waits for the tables: data that
 * was not recorded is lost, while tables can be built from the log at any time. Only a failing disk stops
 * both.
 */
import { Effect, Exit, Ref } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import { isOfAnotherVersion } from "../../domain/tables-failure.ts"
import type { Projector } from "../../services/Projector.ts"
import { describeFailure, logFailure, stopsRecorder } from "../effects/failure.ts"
import { ofWholeProcess } from "../effects/whole-process.ts"

/**
 * Makes the effect that updates the tables up to the end of the log. It logs one warning when the tables fall
 * behind, and one message when they have caught up.
 */
export const makeFollow = ({
  catchUp
}: Pick<Projector["Type"], "catchUp">): Effect.Effect<Effect.Effect<void, StorageFailed>> =>
  Effect.map(Ref.make(false), (behind) => {
    const stayBehind = (why: string) =>
      Effect.flatMap(Ref.getAndSet(behind, true), (already) =>
        already
          ? Effect.void
          : Effect.logWarning(
              `the tables stay behind, and recording goes on: ${why} They catch up when they can.`
            )
      )
    const caughtUp = Effect.flatMap(Ref.getAndSet(behind, false), (was) =>
      was ? Effect.logInfo("the tables have caught up with the log") : Effect.void
    )
    return catchUp().pipe(
      Effect.zipRight(caughtUp),
      // The program that starts the recorder has said that the tables are outdated, and whether they are being rebuilt.
      Effect.catchIf(isOfAnotherVersion, ({ message }) => Effect.logDebug(message)),
      Effect.catchAllCause((cause) =>
        stopsRecorder(cause)
          ? Effect.failCause(cause)
          : Effect.zipRight(logFailure(Exit.failCause(cause)), stayBehind(sentence(describeFailure(cause))))
      ),
      ofWholeProcess
    )
  })

const sentence = (words: string): string => (words.endsWith(".") ? words : `${words}.`)
