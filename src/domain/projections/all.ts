/** Every projection of the service. A new one is listed here, and has its tables in a migration. */
import type { Projection } from "../projection.ts"
import { absences } from "./absences.ts"
import { candlesticks } from "./candlesticks.ts"
import { cutoff } from "./cutoff.ts"
import { events } from "./events.ts"
import { exchange } from "./exchange.ts"
import { markets } from "./markets.ts"
import { orderbooks } from "./orderbooks.ts"
import { priceSnapshots } from "./price-snapshots.ts"
import { series } from "./series.ts"
import { settlements } from "./settlements.ts"
import { trades } from "./trades.ts"

export const projections: ReadonlyArray<Projection> = [
  events,
  markets,
  priceSnapshots,
  settlements,
  orderbooks,
  trades,
  series,
  candlesticks,
  exchange,
  cutoff,
  absences
]
