/** The tables that users see, in the order in which `kalshi query` and the documentation list them. */
import { candlesticks } from "./candlesticks/table.ts"
import { historicalCutoff } from "./cutoffs/table.ts"
import { eventHistory, events } from "./events/table.ts"
import { exchangeSchedule, exchangeStatus } from "./exchange/table.ts"
import { feeChanges } from "./fees/table.ts"
import { comboLegs, marketHistory, markets } from "./markets/table.ts"
import { orderbookSnapshots } from "./orderbooks/table.ts"
import { priceSnapshots } from "./prices/table.ts"
import { backfills, clockJumps, collectionRuns, coverage, observations, quarantine } from "./records/table.ts"
import { series, seriesHistory } from "./series/table.ts"
import { settlements } from "./settlements/table.ts"
import { trades } from "./trades/table.ts"
import type { PublicTable, View } from "./view.ts"

export const publicTables: ReadonlyArray<PublicTable | View> = [
  markets,
  events,
  priceSnapshots,
  comboLegs,
  settlements,
  orderbookSnapshots,
  trades,
  candlesticks,
  series,
  feeChanges,
  marketHistory,
  eventHistory,
  seriesHistory,
  exchangeStatus,
  exchangeSchedule,
  historicalCutoff,
  collectionRuns,
  backfills,
  clockJumps,
  coverage,
  quarantine,
  observations
]

export const views: ReadonlyArray<View> = publicTables.filter((table) => "select" in table)
