import { AT, asked, maxAge, ofMarket } from "./as-of.ts"
import type { TableMacro } from "./definition.ts"
import { AMOUNT, TIME } from "./types.ts"

export const depthWithin: TableMacro = {
  kind: "table macro",
  name: "depth_within",
  about:
    "how many contracts the order book of a moment had within some cents of its best bid and of its best ask",
  parameters: [
    ...ofMarket,
    {
      name: "cents",
      about: "the greatest distance from the best price of the same side; 0 is the best price alone"
    },
    maxAge
  ],
  reads: ["book_at"],
  columns: {
    ...asked,
    observed_at: { type: TIME, about: "when the book was received" },
    bid_contracts: { type: AMOUNT, about: "contracts bid for YES; NULL if that side is empty" },
    ask_contracts: { type: AMOUNT, about: "contracts of YES offered; NULL if that side is empty" },
    bid_dollars: { type: AMOUNT, about: "dollars that sellers of YES would get for them" },
    ask_dollars: { type: AMOUNT, about: "dollars that buyers of YES would pay for them" },
    reason: { type: "VARCHAR", about: "the reason of `book_at`: NULL if both sides had a bid" }
  },
  sql: `
    SELECT market AS ticker, ${AT} AS "time", max(near.observed_at) AS observed_at,
      sum(near.size) FILTER (near.side = 'bid')::DECIMAL(18,6) AS bid_contracts,
      sum(near.size) FILTER (near.side = 'ask')::DECIMAL(18,6) AS ask_contracts,
      (sum(near.price * near.size) FILTER (near.side = 'bid') * 0.01)::DECIMAL(18,6) AS bid_dollars,
      (sum(near.price * near.size) FILTER (near.side = 'ask') * 0.01)::DECIMAL(18,6) AS ask_dollars,
      max(near.reason) AS reason
    FROM (
      SELECT level.*, first_value(level.price) OVER (PARTITION BY level.side ORDER BY level.level) AS best
      FROM book_at(market, moment, max_age := max_age) level
    ) near
    WHERE CASE WHEN cents < 0 THEN error('depth_within takes 0 cents or more, not ' || cents) ELSE near.side IS NULL OR abs(near.price - near.best) <= cents END`
}
