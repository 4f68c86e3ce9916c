/** The meaning of the columns that describe the exchange itself, and of `fee_changes`. */
import type { historicalCutoff } from "../cutoffs/table.ts"
import type { exchangeSchedule, exchangeStatus } from "../exchange/table.ts"
import type { feeChanges } from "../fees/table.ts"
import type { Meanings } from "./meanings.ts"

export const feeChangesColumns: Meanings<typeof feeChanges> = {
  change_id: "the exchange's id of the change; NULL if it did not send one",
  series_ticker: "the series, or that of the event",
  event_ticker: "the event, if the fee is one of its own; **NULL for a change of the series' fee**",
  scheduled_time: "when it takes effect",
  fee_type: "how fees are computed from then on; NULL for an event that has the fee type of its series again",
  fee_multiplier: "factor on the usual fee; NULL for an event that has the factor of its series again",
  observed_at: "when this change was first received; those before the recording began were known earlier"
}

export const exchangeStatusColumns: Meanings<typeof exchangeStatus> = {
  snapshot_time: "the slot",
  exchange_active: "whether the exchange is up",
  trading_active: "whether trading is on",
  intra_exchange_transfers_active: "whether money moves between shards",
  estimated_resume_time: "when the exchange expects to resume",
  index_statuses: "the status of each shard, as JSON",
  observed_at: "when it was received"
}

export const exchangeScheduleColumns: Meanings<typeof exchangeSchedule> = {
  standard_hours: "hours of trading by weekday, New York's clock, as JSON",
  maintenance_windows: "planned pauses, as JSON",
  observed_at: "when it was last received"
}

export const historicalCutoffColumns: Meanings<typeof historicalCutoff> = {
  market_settled_ts: "markets settled before it are in the historical tier",
  trades_created_ts: "trades made before it are in the historical tier",
  observed_at: "when it was received"
}
