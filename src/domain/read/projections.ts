/** Every projection of the service. A projection that is listed here has its tables created. */

import { absences } from "./absences/projection.ts"
import { candlesticks } from "./candlesticks/projection.ts"
import { cutoff } from "./cutoffs/projection.ts"
import { events } from "./events/projection.ts"
import { exchange } from "./exchange/projection.ts"
import { fees } from "./fees/projection.ts"
import { markets } from "./markets/projection.ts"
import { orderbooks } from "./orderbooks/projection.ts"
import { priceSnapshots } from "./prices/projection.ts"
import type { Projection } from "./projection.ts"
import { series } from "./series/projection.ts"
import { settlements } from "./settlements/projection.ts"
import { trades } from "./trades/projection.ts"

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
  absences,
  fees
]
