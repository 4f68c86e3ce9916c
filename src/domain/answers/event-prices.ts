import type { DerivedView } from "./definition.ts"
import { PROBABILITY_TYPE } from "./probability.ts"
import { TIME } from "./types.ts"

/**
 * The sums are those of the markets that a slot has quotes of. If an event's outcomes exclude each other and one must
 * happen, the payouts of all its markets sum to 100 cents, and a sum of bids above it or of asks below it cannot last.
 */
export const eventPrices: DerivedView = {
  kind: "view",
  name: "event_prices",
  about: "the open markets of each event side by side in every slot, with the sums of their bids and asks",
  reads: ["price_snapshots", "markets", "events", "quotes"],
  columns: {
    event_ticker: { type: "VARCHAR", about: "the event; markets that are not in `markets` are in no row" },
    snapshot_time: { type: TIME, about: "the slot" },
    mutually_exclusive: {
      type: "BOOLEAN",
      about: "whether at most one of its markets pays YES; NULL if not known"
    },
    markets: { type: "BIGINT", about: "its markets with a quote in this slot: those that were open" },
    markets_known: {
      type: "BIGINT",
      about:
        "all its markets in `markets`, closed ones and later ones too; the sums lack those without a quote"
    },
    markets_without_price: { type: "BIGINT", about: "its markets with a quote whose probability is NULL" },
    sum_of_bids: {
      type: "DECIMAL(38,4)",
      about: "cents for selling one YES of each market; an empty or unsent bid counts 0"
    },
    sum_of_asks: {
      type: "DECIMAL(38,4)",
      about: "cents for buying one YES of each market; an empty or unsent ask counts 100"
    },
    sum_of_probabilities: {
      type: "DECIMAL(38,7)",
      about:
        "the sum of the probabilities, 1 for outcomes that exclude each other and exhaust all; lacks the markets without price"
    },
    prices: {
      type: `STRUCT(ticker VARCHAR, name VARCHAR, yes_bid DECIMAL(9,4), yes_ask DECIMAL(9,4), probability ${PROBABILITY_TYPE})[]`,
      about: "the quote of each market with what its YES means, in the order of their tickers"
    }
  },
  sql: `
    WITH known AS (
      SELECT ticker, event_ticker, yes_sub_title, count(*) OVER (PARTITION BY event_ticker) AS markets_known
      FROM markets
    )
    SELECT k.event_ticker, q.snapshot_time,
      any_value(e.mutually_exclusive) AS mutually_exclusive,
      count(*) AS markets,
      any_value(k.markets_known) AS markets_known,
      count(*) FILTER (q.probability IS NULL) AS markets_without_price,
      sum(coalesce(q.yes_bid, 0)) AS sum_of_bids,
      sum(coalesce(q.yes_ask, 100)) AS sum_of_asks,
      sum(q.probability) AS sum_of_probabilities,
      list({ticker: q.ticker, name: k.yes_sub_title, yes_bid: q.yes_bid, yes_ask: q.yes_ask,
        probability: q.probability} ORDER BY q.ticker) AS prices
    FROM known k
    JOIN quotes q ON q.ticker = k.ticker
    LEFT JOIN events e ON e.event_ticker = k.event_ticker
    GROUP BY k.event_ticker, q.snapshot_time`
}
