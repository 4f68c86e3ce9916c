/**
 * The process in which a recorder's maintenance works, so that neither its memory nor its processor time is taken from
 * the recorder. It lives until its parent ends it, or is gone.
 */
import { constants, setPriority } from "node:os"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { Cause, Effect, Exit, Layer, Logger, LogLevel } from "effect"
import { Maintenance, type MaintenanceOptions } from "../../services/Maintenance.ts"
import { maintenance, maintenanceSteps } from "../cli/maintenance-layers.ts"
import type { MaintenanceMessage } from "./child.ts"

process.on("disconnect", () => process.exit(1))
// A terminal sends Ctrl-C to all processes of a command. The parent decides what it means.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => {})
setPriority(constants.priority.PRIORITY_BELOW_NORMAL)

const run = ({ dataDir, ...options }: MaintenanceOptions & { readonly dataDir: string }) =>
  Effect.flatMap(Maintenance, (service) => service.run(options)).pipe(
    Effect.provide(Layer.provideMerge(maintenanceSteps(dataDir), maintenance(dataDir, "maintenance"))),
    // The parent logs how the steps ended.
    Effect.provide(Layer.merge(NodeContext.layer, Logger.minimumLogLevel(LogLevel.None)))
  )

const exit = await Effect.runPromiseExit(run(JSON.parse(process.argv[2] ?? "")))
const message: MaintenanceMessage = Exit.match(exit, {
  onSuccess: (outcomes) => ({
    kind: "ended",
    outcomes: outcomes.map(({ elapsedMillis, failure, step }) => ({ step, failure, elapsedMillis }))
  }),
  onFailure: (cause) => {
    const failure = Cause.squash(cause)
    return { kind: "failed", why: failure instanceof Error ? failure.message : Cause.pretty(cause) }
  }
})
// The process ends when the message is on its way.
process.send?.(message, () => process.exit(0))
