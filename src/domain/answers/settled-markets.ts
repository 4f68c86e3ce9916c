import type { DerivedView } from "./definition.ts"
import { CENTS, TIME } from "./types.ts"

export const settledMarkets: DerivedView = {
  kind: "view",
  name: "settled_markets",
  about: "each market that paid out, with its result, payout, times and category in one row",
  reads: ["settlements", "markets"],
  columns: {
    ticker: { type: "VARCHAR", about: "the market" },
    event_ticker: { type: "VARCHAR", about: "its event" },
    series_ticker: { type: "VARCHAR", about: "its series" },
    category: { type: "VARCHAR", about: "its category; NULL if no description named one" },
    is_combo: { type: "BOOLEAN", about: "whether the market combines others" },
    result: { type: "VARCHAR", about: "`yes`, `no` or `scalar`" },
    yes_payout: {
      type: CENTS,
      about: "payout of one YES in cents; NULL if the exchange did not send it"
    },
    open_time: { type: TIME, about: "when trading began" },
    close_time: { type: TIME, about: "when trading ended, as last described" },
    ended_at: {
      type: TIME,
      about: "when trading really ended; NULL before, and if the market is not in `markets`"
    },
    settled_at: {
      type: TIME,
      about: "when it paid; NULL in answers from before 2025-12-25"
    }
  },
  sql: `
    SELECT s.ticker, s.event_ticker, m.series_ticker, m.category,
      m.mve_collection_ticker IS NOT NULL AS is_combo,
      s.result, s.yes_payout, m.open_time, m.close_time,
      m.ended_at, s.settled_at
    FROM settlements s LEFT JOIN markets m USING (ticker)`
}
