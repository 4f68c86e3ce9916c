/**
 * A market has a settlement once it is final: a result at `determined` may still be disputed or amended.
 * Market objects that do not decode are reported by the `markets` projection.
 */
import { isFinal } from "../markets/market.ts"
import { holdsMarkets } from "../markets/projection.ts"
import * as wire from "../markets/wire/market.ts"
import { entities, type Projection } from "../projection.ts"
import { settlementRows } from "./table.ts"

export const settlements: Projection = {
  name: "settlements",
  version: 3,
  tables: [settlementRows],
  reads: ({ endpoint }) => holdsMarkets(endpoint),
  project: (reading) => {
    const final = reading.items(wire.markets).items.filter(isFinal)
    return { rows: [entities(settlementRows, final, reading.observation, true)], problems: [] }
  }
}
