import { AT, asked, maxAge, ofMarket } from "./as-of.ts"
import type { TableMacro } from "./definition.ts"
import { AMOUNT, CENTS, TIME } from "./types.ts"

/** A taker of NO meets the bids for YES: one at 40 sells NO at 60. */
export const costToFill: TableMacro = {
  kind: "table macro",
  name: "cost_to_fill",
  about:
    "what buying contracts at once would have cost by the order book of a moment, without fees, and why nothing is known",
  parameters: [
    ...ofMarket,
    { name: "outcome", about: "what is bought: `yes` or `no`" },
    { name: "contracts", about: "how many, more than 0" },
    maxAge
  ],
  reads: ["book_at"],
  columns: {
    ...asked,
    observed_at: { type: TIME, about: "when the book was received" },
    dollars: {
      type: AMOUNT,
      about: "the price of all contracts in dollars; NULL if the book has not enough"
    },
    average_price: { type: "DOUBLE", about: "cents a contract on average" },
    worst_price: { type: CENTS, about: "the price of the last contract in cents" },
    available: {
      type: AMOUNT,
      about: "contracts that the whole side of the book offers; NULL if there is no book"
    },
    reason: {
      type: "VARCHAR",
      about:
        "NULL if there is a cost; `not_enough` if the book offers fewer contracts, `one_sided` if it offers none; else a reason of `book_at`"
    }
  },
  sql: `
    SELECT market AS ticker, ${AT} AS "time", filled.observed_at,
      CASE WHEN filled.reason IS NULL THEN filled.cents * 0.01 END::DECIMAL(18,6) AS dollars,
      CASE WHEN filled.reason IS NULL THEN filled.cents::DOUBLE / contracts::DOUBLE END AS average_price,
      CASE WHEN filled.reason IS NULL THEN filled.worst END AS worst_price,
      filled.available, filled.reason
    FROM (
      SELECT met.*,
        CASE
          WHEN outcome NOT IN ('yes', 'no') THEN error('cost_to_fill buys yes or no, not ' || outcome)
          WHEN contracts <= 0 THEN error('cost_to_fill buys more than 0 contracts, not ' || contracts)
          WHEN met.available IS NULL THEN met.of_book
          WHEN met.available < contracts THEN 'not_enough'
        END AS reason
      FROM (
        SELECT max(offered.observed_at) AS observed_at, max(offered.reason) AS of_book,
          max(offered.cumulative) FILTER (offered.is_met)::DECIMAL(18,6) AS available,
          sum(offered.price * offered.taken) FILTER (offered.is_met) AS cents,
          max(offered.price) FILTER (offered.is_met AND offered.taken > 0) AS worst
        FROM (
          SELECT level.observed_at, level.reason, level.cumulative,
            level.side = CASE WHEN outcome = 'yes' THEN 'ask' ELSE 'bid' END AS is_met,
            (CASE WHEN outcome = 'yes' THEN level.price ELSE 100 - level.price END)::DECIMAL(9,4) AS price,
            greatest(0, least(level.size, contracts::DECIMAL(18,6) - (level.cumulative - level.size)))::DECIMAL(18,6) AS taken
          FROM book_at(market, moment, max_age := max_age) level
        ) offered
      ) met
    ) filled`
}
