/** What the exchange last said of itself, where that is recorded. */
import { Effect } from "effect"
import type { ExchangeState } from "../../services/Status.ts"
import type { Database } from "./Database.ts"

interface Row {
  readonly snapshotTime: string
  readonly exchangeActive: number | null
  readonly tradingActive: number | null
  readonly estimatedResumeTime: string | null
  readonly observedAt: string
}

const flag = (value: number | null): boolean | null => (value === null ? null : value === 1)

/** `null` in a directory whose tables were built before there was such a feed, and where it was never asked. */
export const exchangeState = (sql: Database["Type"]["sql"]) =>
  Effect.gen(function* () {
    const tables = yield* sql`SELECT 1 FROM sqlite_master WHERE name = 'exchange_status'`
    if (tables.length === 0) return null
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
