/** Maintenance over the lake, the archive and the pruner. */
import { Clock, Effect, Layer } from "effect"
import { timeText } from "../../domain/units/time.ts"
import { Lake } from "../../services/Lake.ts"
import { LogArchive } from "../../services/LogArchive.ts"
import {
  type AnyOutcome,
  Maintenance,
  type MaintenanceOptions,
  type MaintenanceStep,
  maintenanceSteps,
  type StepOutcome,
  type StepReports
} from "../../services/Maintenance.ts"
import { Pruner, whyRowsStay } from "../../services/Pruner.ts"
import { now } from "../clock/now.ts"
import { Database } from "../sqlite/database/Database.ts"
import { recordAttempt } from "../sqlite/records/maintenance-steps.ts"

export const make = Effect.gen(function* () {
  const database = yield* Database
  const [lake, archive, pruner] = [yield* Lake, yield* LogArchive, yield* Pruner]

  /** Records how a step ended. The work itself does not fail if its record cannot be written. */
  const record = (attempt: Parameters<typeof recordAttempt>[0]) =>
    recordAttempt(attempt).pipe(
      Effect.provideService(Database, database),
      Effect.catchAll(({ message }) => Effect.logWarning(message))
    )

  const attempt = <
    Step extends MaintenanceStep,
    E extends { readonly _tag: string; readonly message: string }
  >(
    step: Step,
    work: Effect.Effect<StepReports[Step], E>,
    failureIn: (report: StepReports[Step]) => string | null = () => null
  ): Effect.Effect<StepOutcome<Step>> =>
    Effect.gen(function* () {
      const startedAt = yield* now
      const begun = yield* Clock.currentTimeMillis
      const ended = yield* Effect.either(work)
      const outcome: StepOutcome<Step> = {
        step,
        elapsedMillis: (yield* Clock.currentTimeMillis) - begun,
        failure: ended._tag === "Left" ? ended.left.message : failureIn(ended.right),
        report: ended._tag === "Left" ? null : ended.right
      }
      const wasRefused = ended._tag === "Left" && ended.left._tag === "MaintenanceLocked"
      if (!wasRefused) yield* record({ step, startedAt, finishedAt: yield* now, failure: outcome.failure })
      return outcome
    })

  const take = (
    step: MaintenanceStep,
    { archiveBefore, onProgress = () => Effect.void, pruneBefore }: MaintenanceOptions
  ): Effect.Effect<AnyOutcome> => {
    switch (step) {
      case "flush":
        return attempt(step, lake.flush)
      case "compact":
        return attempt(step, lake.compact)
      case "archive":
        return attempt(
          step,
          archive.archive({
            before: timeText(archiveBefore),
            onProgress: (done, of) => onProgress(step, done, of)
          })
        )
      case "prune": {
        const onSpans = ({ of, spans }: { readonly of: number; readonly spans: number }) =>
          onProgress(step, spans, of)
        return attempt(step, pruner.prune({ before: pruneBefore, onProgress: onSpans }), whyRowsStay)
      }
    }
  }

  return Maintenance.of({
    run: (options) =>
      Effect.forEach(
        maintenanceSteps.filter((step) => options.steps.includes(step)),
        (step) => take(step, options)
      ).pipe(Effect.withSpan("Maintenance.run"))
  })
})

export const layer = Layer.effect(Maintenance, make)
