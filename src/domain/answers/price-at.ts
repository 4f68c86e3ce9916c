import { maxAge, ofMarket } from "./as-of.ts"
import type { ScalarMacro } from "./definition.ts"
import { HALF_CENTS } from "./types.ts"

const parameters = [...ofMarket, maxAge]
const asked = "quote_at(market, moment, max_age := max_age)"

export const priceAt: ScalarMacro = {
  kind: "scalar macro",
  name: "price_at",
  about:
    "the price of YES that was known at a moment, in cents: (bid + ask) / 2, where an empty bid counts 0 and an empty ask 100",
  parameters,
  reads: ["quote_at"],
  returns: {
    type: HALF_CENTS,
    about: "NULL if there is no quote, or both sides are empty: `price_at_reason` says why"
  },
  sql: `(SELECT quoted.price FROM ${asked} quoted)`
}

export const priceAtReason: ScalarMacro = {
  kind: "scalar macro",
  name: "price_at_reason",
  about: "why `price_at` has no price",
  parameters,
  reads: ["quote_at"],
  returns: { type: "VARCHAR", about: "NULL where `price_at` has a price, else the `reason` of `quote_at`" },
  sql: `(SELECT CASE WHEN quoted.price IS NULL THEN quoted.reason END FROM ${asked} quoted)`
}
