/** Limits the total time and space of several pieces of work. The time between the pieces does not count. */
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { Effect, Exit, Fiber } from "effect"

export type Within<E> = <A, E1, R>(work: Effect.Effect<A, E1, R>) => Effect.Effect<A, E | E1, R>

/** The interval, in milliseconds, at which a limit is checked while a piece of work runs. */
const LOOK_EVERY_MILLIS = 100

/** The time and the memory that pieces of work have used so far. */
export interface Used {
  /** The milliseconds that all pieces have taken. */
  readonly millis: number
  /** The bytes by which the memory of the process has grown since the running piece began. */
  readonly memoryBytes: number
}

/**
 * Runs pieces of work under a limit. `exceeded` is called again and again while a piece runs. Once it returns an error, the piece is interrupted, and
 * fails with that error after it has stopped. (A race would not wait for that: the connection would be closed
 * under a running statement, which nothing could then stop.) The time is real time, even if the program runs
 * on a simulated clock.
 */
export const within = <E>(exceeded: (used: Used) => E | undefined): Within<E> => {
  let taken = 0
  return (work) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const startedAt = performance.now()
        const millis = () => taken + performance.now() - startedAt
        const before = process.memoryUsage.rss()
        const fiber = yield* Effect.fork(restore(work))
        let problem: E | undefined
        const timer = setInterval(() => {
          problem ??= exceeded({ millis: millis(), memoryBytes: process.memoryUsage.rss() - before })
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

/**
 * Returns the total size, in bytes, of the files in a folder, or 0 if there is no such folder. Files may be
 * deleted while they are counted.
 */
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
