/**
 * `exchange_status` and `exchange_schedule`: whether the exchange was open, slot by slot, and when it means to
 * be.
 */
import { flag, required, text, time } from "../column.ts"
import { observedAt, slotId, snapshotTime } from "../slots.ts"
import { entityTable, factTable } from "../table.ts"
import { alwaysShownAs, shownOf, view } from "../view.ts"
import type { ExchangeSchedule, ExchangeStatus } from "./exchange.ts"

export const statusRows = factTable<ExchangeStatus>()({
  name: "exchange_status_rows",
  columns: {
    slot: slotId,
    snapshot_time: snapshotTime,
    exchange_active: flag(({ exchangeActive }) => exchangeActive),
    trading_active: flag(({ tradingActive }) => tradingActive),
    intra_exchange_transfers_active: flag(({ transfersActive }) => transfersActive),
    /** Sent in outages. */
    estimated_resume_time: time(({ resumeTime }) => resumeTime),
    index_statuses: text(({ indexStatuses }) => indexStatuses),
    observed_at: observedAt
  },
  key: ["slot"]
})

export const exchangeStatus = view({
  name: "exchange_status",
  about: "whether the exchange was open, slot by slot",
  key: ["snapshot_time"],
  columns: shownOf(statusRows, "", ["slot"]),
  from: "FROM exchange_status_rows"
})

/** There is one schedule, and so one key. */
const THE_EXCHANGE = "kalshi"

export const scheduleRows = entityTable<ExchangeSchedule>()({
  name: "exchange_schedule_rows",
  columns: {
    exchange: required(text(() => THE_EXCHANGE)),
    standard_hours: text(({ standardHours }) => standardHours),
    maintenance_windows: text(({ maintenanceWindows }) => maintenanceWindows)
  }
})

export const exchangeSchedule = view({
  name: "exchange_schedule",
  about: "when the exchange means to trade, as it said last; hours are New York's",
  key: ["observed_at"],
  columns: {
    ...shownOf(scheduleRows, "r", ["exchange"]),
    observed_at: alwaysShownAs("time", "s.observed_at")
  },
  from: "FROM exchange_schedule_rows r JOIN exchange_schedule_rows_seen s ON s.exchange = r.exchange"
})
