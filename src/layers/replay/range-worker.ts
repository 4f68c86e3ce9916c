/**
 * The worker process of a replay: builds the database of the range that its argument describes. It lives until its
 * parent ends it, or is gone.
 */
import { Cause, Effect, Exit } from "effect"
import { projections } from "../../domain/read/projections.ts"
import { buildRange, type RangeDatabase } from "./range-database.ts"
import { failureOf, type WorkerMessage } from "./worker-message.ts"

const send = (message: WorkerMessage) => {
  if (process.connected) process.send?.(message)
}

process.on("disconnect", () => process.exit(1))
// A terminal sends Ctrl-C to all processes of a command. The parent decides what it means.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {})

const messageOf = (exit: Effect.Effect.Success<ReturnType<typeof run>>): WorkerMessage =>
  Exit.match(exit, {
    onSuccess: (observations) => ({ kind: "built", observations }),
    onFailure: (cause) => {
      const failure = Cause.failureOption(cause)
      return failure._tag === "Some"
        ? { kind: "failed", failure: failureOf(failure.value) }
        : { kind: "died", why: Cause.pretty(cause) }
    }
  })

const run = (task: RangeDatabase) =>
  buildRange(task, projections, (observations) =>
    Effect.sync(() => send({ kind: "progress", observations }))
  ).pipe(Effect.exit)

send(messageOf(await Effect.runPromise(run(JSON.parse(process.argv[2] ?? "")))))
