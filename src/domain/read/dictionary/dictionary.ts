/**
 * The dictionary: what each column of each public table means. docs/tables.md, the comments in `query` and in
 * `analytics.duckdb`, and `kalshi tables` take it from here. Nothing that must start fast imports it.
 */
import { candlesticks } from "../candlesticks/table.ts"
import { historicalCutoff } from "../cutoffs/table.ts"
import { eventHistory, events } from "../events/table.ts"
import { exchangeSchedule, exchangeStatus } from "../exchange/table.ts"
import { feeChanges } from "../fees/table.ts"
import { comboLegs, marketHistory, markets } from "../markets/table.ts"
import { orderbookSnapshots } from "../orderbooks/table.ts"
import { priceSnapshots } from "../prices/table.ts"
import {
  backfills,
  clockJumps,
  collectionRuns,
  coverage,
  observations,
  quarantine
} from "../records/table.ts"
import { series, seriesHistory } from "../series/table.ts"
import { settlements } from "../settlements/table.ts"
import { trades } from "../trades/table.ts"
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

const dictionary: ReadonlyMap<PublicTable, Meanings> = new Map<PublicTable, Meanings>([
  [markets, marketsColumns],
  [events, eventsColumns],
  [priceSnapshots, priceSnapshotsColumns],
  [comboLegs, comboLegsColumns],
  [settlements, settlementsColumns],
  [orderbookSnapshots, orderbookSnapshotsColumns],
  [trades, tradesColumns],
  [candlesticks, candlesticksColumns],
  [series, seriesColumns],
  [feeChanges, feeChangesColumns],
  [marketHistory, marketHistoryColumns],
  [eventHistory, eventHistoryColumns],
  [seriesHistory, seriesHistoryColumns],
  [exchangeStatus, exchangeStatusColumns],
  [exchangeSchedule, exchangeScheduleColumns],
  [historicalCutoff, historicalCutoffColumns],
  [collectionRuns, collectionRunsColumns],
  [backfills, backfillsColumns],
  [clockJumps, clockJumpsColumns],
  [coverage, coverageColumns],
  [quarantine, quarantineColumns],
  [observations, observationsColumns]
])

/** Returns the meanings of a table's columns. */
export const meaningsOf = (table: PublicTable): Meanings => dictionary.get(table) ?? {}
