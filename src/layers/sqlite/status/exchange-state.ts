/** The last recorded status and schedule of the exchange. */
import { Effect, Either } from "effect"
import { hoursAt, readSchedule, type Schedule } from "../../../domain/read/exchange/schedule.ts"
import { type SlotSeconds, slotText } from "../../../domain/units/time.ts"
import type { ExchangeState, ScheduledTrading } from "../../../services/Status.ts"
import { nowSeconds } from "../../clock/now.ts"
import type { Database } from "../database/Database.ts"

interface Row {
  readonly snapshotTime: string
  readonly exchangeActive: number | null
  readonly tradingActive: number | null
  readonly estimatedResumeTime: string | null
  readonly observedAt: string
}

const flag = (value: number | null): boolean | null => (value === null ? null : value === 1)

const hasView = (sql: Database["Type"]["sql"], name: string) =>
  Effect.map(sql`SELECT 1 FROM sqlite_master WHERE name = ${name}`, (found) => found.length > 0)

/** `null` if the status was never recorded, or if the tables are older than its feed. */
export const exchangeState = (sql: Database["Type"]["sql"]) =>
  Effect.gen(function* () {
    if (!(yield* hasView(sql, "exchange_status"))) return null
    const [row] = yield* sql<Row>`
      SELECT
        snapshot_time AS "snapshotTime", exchange_active AS "exchangeActive",
        trading_active AS "tradingActive", estimated_resume_time AS "estimatedResumeTime",
        observed_at AS "observedAt"
      FROM exchange_status ORDER BY snapshot_time DESC LIMIT 1
    `
    return row === undefined
      ? null
      : ({
          ...row,
          exchangeActive: flag(row.exchangeActive),
          tradingActive: flag(row.tradingActive)
        } satisfies ExchangeState)
  })

interface ScheduleRow {
  readonly standardHours: string
  readonly maintenanceWindows: string | null
  readonly observedAt: string
}

const MINUTE = 60
const WEEK = 7 * 24 * 60 * MINUTE

/** The next time, up to a week away, at which the hours change. Hours change on whole minutes. */
const changeAfter = (schedule: Schedule, at: SlotSeconds): string | null => {
  const hours = hoursAt(schedule, at)
  const minute = Math.floor(at / MINUTE) * MINUTE
  for (let next = minute + MINUTE; next < at + WEEK; next += MINUTE)
    if (hoursAt(schedule, next) !== hours) return slotText(next)
  return null
}

/** The last time, up to a week ago, at which the hours changed. */
const changeBefore = (schedule: Schedule, at: SlotSeconds): string | null => {
  const hours = hoursAt(schedule, at)
  const minute = Math.floor(at / MINUTE) * MINUTE
  for (let since = minute; since > at - WEEK; since -= MINUTE)
    if (hoursAt(schedule, since - 1) !== hours) return slotText(since)
  return null
}

/** The newest recorded schedule at the present time; `null` where none is recorded. */
export const scheduledTrading = (sql: Database["Type"]["sql"]) =>
  Effect.gen(function* () {
    if (!(yield* hasView(sql, "exchange_schedule"))) return null
    const [row] = yield* sql<ScheduleRow>`
      SELECT
        standard_hours AS "standardHours", maintenance_windows AS "maintenanceWindows",
        observed_at AS "observedAt"
      FROM exchange_schedule ORDER BY observed_at DESC LIMIT 1
    `
    if (row === undefined) return null
    const now = yield* nowSeconds
    const state = Either.match(readSchedule(row.standardHours, row.maintenanceWindows), {
      onLeft: () => ({ hours: "unknown" as const, pausedFrom: null, pausedTo: null }),
      onRight: (schedule) => {
        const hours = hoursAt(schedule, now)
        const paused = hours === "closed" || hours === "maintenance"
        return {
          hours,
          pausedFrom: paused ? changeBefore(schedule, now) : null,
          pausedTo: paused ? changeAfter(schedule, now) : null
        }
      }
    })
    return { at: slotText(now), ...state, observedAt: row.observedAt } satisfies ScheduledTrading
  })
