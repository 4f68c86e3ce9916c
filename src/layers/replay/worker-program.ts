/** The program of a worker process: does one task, and lives until its parent ends it, or is gone. */
import { Cause, Effect, Exit } from "effect"
import type { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import type { Projection } from "../../domain/read/projection.ts"
import { projections } from "../../domain/read/projections.ts"
import type { OnObservations } from "../../services/Replay.ts"
import { failureOf, type WorkerMessage } from "./worker-message.ts"

/** Returns the projections of this version with these names. */
export const projectionsNamed = (names: ReadonlyArray<string>): ReadonlyArray<Projection> =>
  projections.filter(({ name }) => names.includes(name))

const send = (message: WorkerMessage) => {
  if (process.connected) process.send?.(message)
}

const messageOf = (exit: Exit.Exit<number, StorageFailed | LogDamaged>): WorkerMessage =>
  Exit.match(exit, {
    onSuccess: (observations) => ({ kind: "built", observations }),
    onFailure: (cause) => {
      const failure = Cause.failureOption(cause)
      return failure._tag === "Some"
        ? { kind: "failed", failure: failureOf(failure.value) }
        : { kind: "died", why: Cause.pretty(cause) }
    }
  })

/** Does the task that the argument of the process describes, and sends the number of observations to the parent. */
export const work = async <Task>(
  build: (task: Task, onObservations: OnObservations) => Effect.Effect<number, StorageFailed | LogDamaged>
): Promise<void> => {
  process.on("disconnect", () => process.exit(1))
  // A terminal sends Ctrl-C to all processes of a command. The parent decides what it means.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {})
  const task: Task = JSON.parse(process.argv[2] ?? "")
  const built = build(task, (observations) => Effect.sync(() => send({ kind: "progress", observations })))
  send(messageOf(await Effect.runPromiseExit(built)))
}
