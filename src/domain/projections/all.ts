/** Every projection of the service. A new one is listed here, and has its tables in a migration. */
import type { Projection } from "../projection.ts"
import { events } from "./events.ts"
import { markets } from "./markets.ts"
import { priceSnapshots } from "./price-snapshots.ts"
import { settlements } from "./settlements.ts"

export const projections: ReadonlyArray<Projection> = [events, markets, priceSnapshots, settlements]
