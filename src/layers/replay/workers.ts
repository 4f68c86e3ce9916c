/** Worker processes that build the databases of ranges side by side. */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Effect, Queue, Ref, type Scope } from "effect"
import { type LogDamaged, StorageFailed } from "../../domain/errors.ts"
import type { OnObservations } from "../../services/Replay.ts"
import { whyOf } from "../files/error-words.ts"
import type { RangeDatabase } from "./range-database.ts"
import { errorOf, type WorkerMessage } from "./worker-message.ts"

/** The worker's file: TypeScript in a checkout, which the loader of this process runs, and JavaScript in a bundle. */
const ENTRY = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./range-worker.ts" : "./range-worker.mjs", import.meta.url)
)

type Message =
  | WorkerMessage
  | { readonly kind: "ended"; readonly why: string; readonly signal?: NodeJS.Signals | null }

const failed = (why: string) => new StorageFailed({ operation: "replaying a part of the log", why })

/** Ends a worker, and waits until it holds no file any more. */
const end = (child: ChildProcess): Effect.Effect<void> =>
  Effect.async((resume) => {
    const hasEnded = child.pid === undefined || child.exitCode !== null || child.signalCode !== null
    if (hasEnded) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })

const whyEnded = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === "SIGKILL"
    ? "a worker process was killed, perhaps for want of memory; fewer --workers take less"
    : `a worker process ended with ${signal ?? `code ${code}`}`

const start = (task: RangeDatabase): Effect.Effect<Queue.Dequeue<Message>, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const messages = yield* Queue.unbounded<Message>()
    const child = yield* Effect.acquireRelease(
      Effect.try({
        try: () => fork(ENTRY, [JSON.stringify(task)], { stdio: ["ignore", "ignore", "ignore", "ipc"] }),
        catch: (error) => failed(whyOf(error))
      }),
      end
    )
    const tell = (message: Message) => Queue.unsafeOffer(messages, message)
    child.on("message", (message) => tell(message as WorkerMessage))
    child.once("error", (error) => tell({ kind: "ended", why: whyOf(error) }))
    child.once("exit", (code, signal) => tell({ kind: "ended", why: whyEnded(code, signal), signal }))
    return messages
  })

/** Runs one worker to its end, and returns the number of observations in its database. */
const build = (
  task: RangeDatabase,
  onObservations: OnObservations
): Effect.Effect<number, StorageFailed | LogDamaged> =>
  Effect.flatMap(start(task), (messages) => {
    const next: Effect.Effect<number, StorageFailed | LogDamaged> = Effect.flatMap(
      Queue.take(messages),
      (message) => {
        switch (message.kind) {
          case "progress":
            return Effect.zipRight(onObservations(message.observations), next)
          case "built":
            return Effect.succeed(message.observations)
          case "failed":
            return Effect.fail(errorOf(message.failure))
          case "died":
            return Effect.die(new Error(message.why))
          case "ended":
            // A signal to all processes of the command may end a worker that is still starting. The parent has the
            // same signal, and reports that one.
            return Effect.delay(
              Effect.fail(failed(message.why)),
              message.signal === "SIGINT" || message.signal === "SIGTERM" ? "2 seconds" : 0
            )
        }
      }
    )
    return next
  }).pipe(Effect.scoped)

/**
 * Builds the databases of all ranges at the same time, each in a worker of its own, and returns the number of
 * observations in all of them. If one fails, the others are ended.
 */
export const buildByWorkers = (
  tasks: ReadonlyArray<RangeDatabase>,
  onObservations: OnObservations
): Effect.Effect<number, StorageFailed | LogDamaged> =>
  Effect.gen(function* () {
    const done = yield* Ref.make<ReadonlyArray<number>>(tasks.map(() => 0))
    const counts = yield* Effect.forEach(
      tasks,
      (task, place) =>
        build(task, (observations) =>
          Ref.updateAndGet(done, (all) => all.with(place, observations)).pipe(
            Effect.flatMap((all) => onObservations(all.reduce((sum, count) => sum + count, 0)))
          )
        ),
      { concurrency: "unbounded" }
    )
    return counts.reduce((sum, count) => sum + count, 0)
  })
