/** Runs maintenance in a process of its own. */
import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { endProcess } from "../../layers/effects/child-process.ts"
import { whyOf } from "../../layers/files/error-words.ts"
import type { MaintenanceOptions, StepOutcome } from "../../services/Maintenance.ts"

/** How a step ended. The report stays with the process. */
export type EndedStep = Pick<StepOutcome, "elapsedMillis" | "failure" | "step">

/** The message of the worker to its parent, before it ends. */
export type MaintenanceMessage =
  | { readonly kind: "ended"; readonly outcomes: ReadonlyArray<EndedStep> }
  | { readonly kind: "failed"; readonly why: string }

/** The worker's file: TypeScript in a checkout, which the loader of this process runs, and JavaScript in a bundle. */
const WORKER = fileURLToPath(
  new URL(`./maintenance-worker.${import.meta.url.endsWith(".ts") ? "ts" : "mjs"}`, import.meta.url)
)

const failed = (why: string) => new StorageFailed({ operation: "maintenance", why })

const whyEnded = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal === "SIGKILL"
    ? "its process was killed, perhaps for want of memory"
    : `its process ended with ${signal ?? `code ${code}`}`

/**
 * Takes steps of maintenance, and returns how each ended. Fails if the process cannot begin, or ends before it has
 * said so. An interruption ends the process.
 */
export const maintainInChild = (
  dataDir: string,
  options: Omit<MaintenanceOptions, "onProgress">
): Effect.Effect<ReadonlyArray<EndedStep>, StorageFailed> =>
  Effect.acquireUseRelease(
    Effect.try({
      try: () =>
        fork(WORKER, [JSON.stringify({ dataDir, ...options })], {
          stdio: ["ignore", "ignore", "ignore", "ipc"]
        }),
      catch: (error) => failed(whyOf(error))
    }),
    (child) =>
      Effect.async<ReadonlyArray<EndedStep>, StorageFailed>((resume) => {
        child.once("message", (message) => {
          const said = message as MaintenanceMessage
          resume(said.kind === "ended" ? Effect.succeed(said.outcomes) : failed(said.why))
        })
        child.once("error", (error) => resume(failed(whyOf(error))))
        child.once("exit", (code, signal) => resume(failed(whyEnded(code, signal))))
      }),
    endProcess
  )
