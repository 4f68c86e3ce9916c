/**
 * The dictionary: what each column of each public table means. docs/tables.md, the comments in `query` and in
 * `analytics.duckdb`, and `kalshi tables` take it from here. Nothing that must start fast imports it.
 */
import type { PublicTable } from "../view.ts"
import { eventsColumns, seriesColumns } from "./events.ts"
import {
  exchangeScheduleColumns,
  exchangeStatusColumns,
  feeChangesColumns,
  historicalCutoffColumns
} from "./exchange.ts"
import {
  candlesticksColumns,
  orderbookSnapshotsColumns,
  priceSnapshotsColumns,
  tradesColumns
} from "./facts.ts"
import { eventHistoryColumns, marketHistoryColumns, seriesHistoryColumns } from "./histories.ts"
import { comboLegsColumns, marketsColumns, settlementsColumns } from "./markets.ts"
import type { Meanings } from "./meanings.ts"
import {
  backfillsColumns,
  clockJumpsColumns,
  collectionRunsColumns,
  coverageColumns,
  observationsColumns,
  quarantineColumns
} from "./records.ts"

const dictionary: Readonly<Record<string, Meanings>> = {
  markets: marketsColumns,
  events: eventsColumns,
  price_snapshots: priceSnapshotsColumns,
  combo_legs: comboLegsColumns,
  settlements: settlementsColumns,
  orderbook_snapshots: orderbookSnapshotsColumns,
  trades: tradesColumns,
  candlesticks: candlesticksColumns,
  series: seriesColumns,
  fee_changes: feeChangesColumns,
  market_history: marketHistoryColumns,
  event_history: eventHistoryColumns,
  series_history: seriesHistoryColumns,
  exchange_status: exchangeStatusColumns,
  exchange_schedule: exchangeScheduleColumns,
  historical_cutoff: historicalCutoffColumns,
  collection_runs: collectionRunsColumns,
  backfills: backfillsColumns,
  clock_jumps: clockJumpsColumns,
  coverage: coverageColumns,
  quarantine: quarantineColumns,
  observations: observationsColumns
}

/** Returns the meanings of a table's columns. */
export const meaningsOf = (table: PublicTable): Meanings => dictionary[table.name] ?? {}
