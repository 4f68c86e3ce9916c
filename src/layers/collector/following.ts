/**
 * The tables follow the log, and never hold it up: what is recorded today cannot be had again tomorrow, and tables
 * can be made of it at any time. Only a disk that fails takes the recording with it.
 */
import { Cause, Effect, Option, Ref } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import { isOfTablesAlone } from "../../domain/tables-trouble.ts"
import type { Projector } from "../../services/Projector.ts"
import { bugIn } from "../bug.ts"

/** Brings the tables up to the log as far as they go. Says once that they stay behind, and once that they are back. */
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
    const isBack = Effect.flatMap(Ref.getAndSet(behind, false), (was) =>
      was ? Effect.logInfo("the tables have caught up with the log") : Effect.void
    )
    return catchUp().pipe(
      Effect.zipRight(isBack),
      Effect.catchAllCause((cause) =>
        Option.match(
          Option.match(Cause.failureOption(cause), {
            onNone: () => bugIn(cause),
            onSome: (error) => (isOfTablesAlone(error) ? Option.some(sentence(error.message)) : Option.none())
          }),
          { onNone: () => Effect.failCause(cause), onSome: stayBehind }
        )
      )
    ) as Effect.Effect<void, StorageFailed>
  })

const sentence = (words: string): string => (words.endsWith(".") ? words : `${words}.`)
