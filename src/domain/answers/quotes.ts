import type { DerivedView } from "./definition.ts"
import { PROBABILITY_ABOUT, PROBABILITY_TYPE, probabilityOf } from "./probability.ts"
import { AMOUNT, CENTS, HALF_CENTS, TIME } from "./types.ts"

/** The columns of a quote that several views hand on as `price_snapshots` has them. */
export const quoteColumns: DerivedView["columns"] = {
  snapshot_time: { type: TIME, about: "the slot of the quote" },
  observed_at: { type: TIME, about: "when the quote was received" },
  yes_bid: { type: CENTS, about: "best bid for YES in cents; 0 is no bid" },
  yes_ask: { type: CENTS, about: "best ask for YES in cents; 100 is no ask" },
  probability: { type: PROBABILITY_TYPE, about: PROBABILITY_ABOUT },
  midpoint: { type: HALF_CENTS, about: "(bid + ask) / 2 in cents; NULL if either side is empty" },
  last_price: { type: CENTS, about: "price of the last trade in cents; 0 if there never was one" },
  volume: { type: AMOUNT, about: "contracts traded since the market opened" },
  open_interest: { type: AMOUNT, about: "contracts held" }
}

export const quotes: DerivedView = {
  kind: "view",
  name: "quotes",
  about: "the quotes of price_snapshots with the probability that each states, also where a side is empty",
  reads: ["price_snapshots"],
  columns: {
    ticker: { type: "VARCHAR", about: "the market" },
    ...quoteColumns,
    sides: {
      type: "VARCHAR",
      about: "`both`, `bid`, `ask` or `none`: the sides that are not empty; NULL if one was not sent"
    }
  },
  sql: `
    SELECT ticker, snapshot_time, observed_at, yes_bid, yes_ask,
      ${probabilityOf("yes_bid", "yes_ask")} AS probability,
      midpoint, last_price, volume, open_interest,
      CASE
        WHEN yes_bid > 0 AND yes_ask < 100 THEN 'both'
        WHEN yes_bid > 0 AND yes_ask = 100 THEN 'bid'
        WHEN yes_bid = 0 AND yes_ask < 100 THEN 'ask'
        WHEN yes_bid = 0 AND yes_ask = 100 THEN 'none'
      END AS sides
    FROM price_snapshots`
}
