/** Bounds on what pieces of work take together. The time between them does not count. */
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect, Exit, Fiber } from "effect"

export type Within<E> = <A, E1, R>(work: Effect.Effect<A, E1, R>) => Effect.Effect<A, E | E1, R>

/** So often a bound is looked at while a piece of work goes on. */
const LOOK_EVERY_MILLIS = 100

/**
 * `exceeded` is asked while a piece of work goes on, with the milliseconds that all pieces have taken. Once it
 * answers, the piece is interrupted, waited for until it has stopped, and fails with the answer. (A race would
 * not wait: the connection would be closed under a statement that runs, and then nothing could stop it.)
 * Time is real, whatever clock the program itself goes by: DuckDB knows no other.
 */
export const within = <E>(exceeded: (millis: number) => E | undefined): Within<E> => {
  let taken = 0
  return (work) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const startedAt = performance.now()
        const millis = () => taken + performance.now() - startedAt
        const fiber = yield* Effect.fork(restore(work))
        let problem: E | undefined
        const timer = setInterval(() => {
          problem ??= exceeded(millis())
          if (problem !== undefined) fiber.unsafeInterruptAsFork(fiber.id())
        }, LOOK_EVERY_MILLIS)
        const exit = yield* restore(Fiber.await(fiber)).pipe(
          Effect.onInterrupt(() => Fiber.interrupt(fiber)),
          Effect.ensuring(Effect.sync(() => clearInterval(timer)))
        )
        taken = millis()
        return yield* problem !== undefined && Exit.isInterrupted(exit) ? Effect.fail(problem) : exit
      })
    )
}

/** Bytes of the files in a folder; none if it is not there. Files may go while they are counted. */
export const bytesIn = (folder: string): number => {
  try {
    return readdirSync(folder).reduce(
      (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
      0
    )
  } catch {
    return 0
  }
}
