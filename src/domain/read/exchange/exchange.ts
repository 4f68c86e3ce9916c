import type { Field, Nullable, Unread } from "../field.ts"

/** The status of the exchange at a moment. The first shard counts for the whole. */
export interface ExchangeStatus {
  readonly exchangeActive: Nullable<boolean>
  readonly tradingActive: Nullable<boolean>
  readonly transfersActive: Nullable<boolean>
  /** Sent in outages. */
  readonly resumeTime: Nullable<string>
  /** JSON text of an array of statuses shard by shard, since 2026-07-02. */
  readonly indexStatuses: Nullable<string>
}

/** When the exchange means to trade; schedule.ts reads the two texts. */
export interface ExchangeSchedule {
  /** JSON text of weeks of sessions, in New York's time. */
  readonly standardHours: string | Unread
  /** JSON text of an array of `{start_datetime, end_datetime}`. */
  readonly maintenanceWindows: Field<string>
}
