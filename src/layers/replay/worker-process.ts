/** Processes of a replay: a child process that does one task, reports its progress, and ends with its parent. */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Effect, Queue, type Scope } from "effect"
import { type LogDamaged, StorageFailed } from "../../domain/errors.ts"
import type { OnObservations } from "../../services/Replay.ts"
import { endProcess } from "../effects/child-process.ts"
import { whyOf } from "../files/error-words.ts"
import { errorOf, type WorkerMessage } from "./worker-message.ts"

/** The programs of the workers, by the names of their files. */
type Entry = "range-worker" | "tables-worker"

/** The worker's file: TypeScript in a checkout, which the loader of this process runs, and JavaScript in a bundle. */
const fileOf = (entry: Entry): string =>
  fileURLToPath(new URL(`./${entry}.${import.meta.url.endsWith(".ts") ? "ts" : "mjs"}`, import.meta.url))

type Message =
  | WorkerMessage
  | { readonly kind: "ended"; readonly why: string; readonly signal?: NodeJS.Signals | null }

const failed = (why: string) => new StorageFailed({ operation: "replaying a part of the log", why })

const whyEnded = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === "SIGKILL"
    ? "a worker process was killed, perhaps for want of memory; fewer --workers take less"
    : `a worker process ended with ${signal ?? `code ${code}`}`

const start = (
  entry: Entry,
  task: object
): Effect.Effect<Queue.Dequeue<Message>, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const messages = yield* Queue.unbounded<Message>()
    const child = yield* Effect.acquireRelease(
      Effect.try({
        try: () =>
          fork(fileOf(entry), [JSON.stringify(task)], { stdio: ["ignore", "ignore", "ignore", "ipc"] }),
        catch: (error) => failed(whyOf(error))
      }),
      endProcess
    )
    const tell = (message: Message) => Queue.unsafeOffer(messages, message)
    child.on("message", (message) => tell(message as WorkerMessage))
    child.once("error", (error) => tell({ kind: "ended", why: whyOf(error) }))
    child.once("exit", (code, signal) => tell({ kind: "ended", why: whyEnded(code, signal), signal }))
    return messages
  })

/** Runs one worker to its end, and returns the number of observations that it has read. */
export const runWorker = (
  entry: Entry,
  task: object,
  onObservations: OnObservations
): Effect.Effect<number, StorageFailed | LogDamaged> =>
  Effect.flatMap(start(entry, task), (messages) => {
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
