/** The maintenance that a recorder does by itself. */
import { Duration, Effect } from "effect"
import { type Age, before as ageBefore, dayBefore } from "../../domain/units/age.ts"
import { now, nowSeconds } from "../../layers/clock/now.ts"
import { maintainRegularly } from "../../layers/maintenance/schedule.ts"
import { Database } from "../../layers/sqlite/database/Database.ts"
import { lastAttempt, recordAttempt } from "../../layers/sqlite/records/maintenance-steps.ts"
import type { MaintenanceStep } from "../../services/Maintenance.ts"
import { maintainInChild } from "../maintenance/child.ts"

export interface Maintaining {
  readonly dataDir: string
  /** The seconds between two flushes. With 0 the recorder does no maintenance. */
  readonly lakeEvery: number
  readonly keepHot: Age
  readonly olderThan: Age
}

const warn = (what: string, why: string) =>
  Effect.logWarning(`${what} failed: ${why.replace(/\.$/, "")}. Recording goes on, and it is tried again.`)

/** Takes steps in a process of its own. A failure is a warning, and on record for `status`. */
const maintain = ({ dataDir, keepHot, olderThan }: Maintaining, steps: ReadonlyArray<MaintenanceStep>) =>
  Effect.gen(function* () {
    const [startedAt, seconds] = [yield* now, yield* nowSeconds]
    const [elapsed, ended] = yield* Effect.timed(
      Effect.either(
        maintainInChild(dataDir, {
          steps,
          // Whole days, so that a day becomes one segment and not a part of two.
          archiveBefore: dayBefore(seconds, olderThan),
          pruneBefore: ageBefore(seconds, keepHot)
        })
      )
    )
    if (ended._tag === "Left") {
      const { why } = ended.left
      const finishedAt = yield* now
      for (const step of steps) yield* recordAttempt({ step, startedAt, finishedAt, failure: why })
      return yield* warn("maintenance", why)
    }
    for (const { failure, step } of ended.right) if (failure !== null) yield* warn(step, failure)
    const names = ended.right.flatMap(({ failure, step }) => (failure === null ? [step] : []))
    if (names.length > 0)
      yield* Effect.logInfo(`maintenance: ${names.join(", ")} in ${Duration.toSeconds(elapsed).toFixed(1)} s`)
  }).pipe(Effect.catchAll(({ message }) => Effect.logWarning(message)))

/** Maintains the directory for as long as it runs. Never fails, and ends with the recorder. */
export const maintainBeside = (maintaining: Maintaining) =>
  Effect.gen(function* () {
    if (maintaining.lakeEvery === 0) return yield* Effect.never
    const database = yield* Database
    return yield* maintainRegularly({
      everySeconds: maintaining.lakeEvery,
      lastAttempt: (step) =>
        lastAttempt(step).pipe(
          Effect.provideService(Database, database),
          Effect.catchAll(({ message }) => Effect.as(Effect.logWarning(message), undefined))
        ),
      maintain: (steps) => Effect.provideService(maintain(maintaining, steps), Database, database)
    })
  })
