import type { PublicTable } from "../table.ts"

export const exchangeStatus: PublicTable = {
  name: "exchange_status",
  about: "whether the exchange was open, slot by slot",
  columns: {
    snapshot_time: "slot",
    exchange_active: "flag",
    trading_active: "flag",
    intra_exchange_transfers_active: "flag",
    estimated_resume_time: "time",
    index_statuses: "text",
    observed_at: "time"
  },
  key: ["snapshot_time"],
  origin: "projected"
}

export const exchangeSchedule: PublicTable = {
  name: "exchange_schedule",
  about: "when the exchange means to trade, as it said last; hours are New York's",
  columns: { standard_hours: "text", maintenance_windows: "text", observed_at: "time" },
  key: ["observed_at"],
  origin: "projected"
}
