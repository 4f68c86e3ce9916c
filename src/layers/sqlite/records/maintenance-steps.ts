/** The record of how the steps of maintenance ended. */
import { Effect } from "effect"
import { epochMillis } from "../../../domain/units/time.ts"
import type { MaintenanceStep } from "../../../services/Maintenance.ts"
import { Database, storage } from "../database/Database.ts"

interface Attempt {
  readonly step: MaintenanceStep
  readonly startedAt: string
  readonly finishedAt: string
  readonly failure: string | null
}

export const recordAttempt = ({ failure, finishedAt, startedAt, step }: Attempt) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const row = {
      step,
      started_at: startedAt,
      finished_at: finishedAt,
      succeeded_at: failure === null ? finishedAt : null,
      failure
    }
    yield* sql`
      INSERT INTO maintenance_steps ${sql.insert(row)}
      ON CONFLICT (step) DO UPDATE SET
        started_at = excluded.started_at,
        finished_at = excluded.finished_at,
        succeeded_at = coalesce(excluded.succeeded_at, maintenance_steps.succeeded_at),
        failure = excluded.failure
    `
  }).pipe(storage("recording the maintenance"))

/** Returns the end of the last attempt at a step, in seconds since the epoch. */
export const lastAttempt = (step: MaintenanceStep) =>
  Effect.gen(function* () {
    const { sql } = yield* Database
    const [row] = yield* sql<{ finished_at: string }>`
      SELECT finished_at FROM maintenance_steps WHERE step = ${step}
    `
    return row === undefined ? undefined : Math.floor(epochMillis(row.finished_at) / 1000)
  }).pipe(storage("reading the record of maintenance"))
