/**
 * When a market was last asked for by name in a tier of the exchange, and was not in the answer. The view
 * `markets` shows it as `not_found_at`.
 */
import { market, required, text } from "../column.ts"
import { observedAt } from "../slots.ts"
import { factTable } from "../table.ts"

export interface Absence {
  readonly ticker: string
  readonly tier: "live" | "historical"
}

export const marketAbsences = factTable<Absence>()({
  name: "market_absences",
  columns: {
    market: required(market(({ ticker }) => ticker)),
    tier: required(
      text(({ tier }) => tier),
      "CHECK (tier IN ('live', 'historical'))"
    ),
    asked_at: observedAt
  },
  key: ["market", "tier"]
})
