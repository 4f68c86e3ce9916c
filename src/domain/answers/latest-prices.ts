import type { DerivedView } from "./definition.ts"
import { quoteColumns } from "./quotes.ts"
import { TIME } from "./types.ts"

/**
 * The quotes are those of one day of slots, which are joined by equality: DuckDB then reads only the parts of the
 * lake with these slots, however long the recording is.
 */
export const latestPrices: DerivedView = {
  kind: "view",
  name: "latest_prices",
  about: "the newest quote of each market that was open within 24 hours before the newest complete slot",
  reads: ["price_snapshots", "markets", "collection_runs", "quotes"],
  columns: {
    ticker: { type: "VARCHAR", about: "the market" },
    event_ticker: { type: "VARCHAR", about: "its event; NULL if the market is not in `markets`" },
    series_ticker: { type: "VARCHAR", about: "its series; NULL if its event is not recorded" },
    category: { type: "VARCHAR", about: "its category; NULL if no description named one" },
    ...quoteColumns,
    sides: { type: "VARCHAR", about: "`both`, `bid`, `ask` or `none`: the sides that are not empty" },
    newest_slot: {
      type: TIME,
      about: "the newest complete slot of the feed that lists the market: `markets`, or `combos` for a combo"
    },
    age: { type: "INTERVAL", about: "from the slot of the quote to that newest slot" },
    is_open: {
      type: "BOOLEAN",
      about: "whether that newest slot lists the market as open; a paused or closed one is not listed"
    },
    status: { type: "VARCHAR", about: "the market's status, as last described" },
    ended_at: {
      type: TIME,
      about: "when trading really ended; NULL before, and if the market is not in `markets`"
    }
  },
  sql: `
    WITH newest AS (
      SELECT max(slot) FILTER (feed = 'markets') AS of_markets, max(slot) FILTER (feed = 'combos') AS of_combos
      FROM collection_runs WHERE feed IN ('markets', 'combos') AND status = 'complete'
    ),
    slots AS (
      SELECT DISTINCT slot FROM collection_runs, newest
      WHERE feed IN ('markets', 'combos') AND status <> 'running'
        AND slot > greatest(of_markets, of_combos) - INTERVAL 24 HOUR AND slot <= greatest(of_markets, of_combos)
    ),
    last_quoted AS (
      SELECT p.ticker, max(p.snapshot_time) AS snapshot_time
      FROM slots s JOIN price_snapshots p ON p.snapshot_time = s.slot
      GROUP BY p.ticker
    ),
    described AS (
      SELECT l.ticker, l.snapshot_time, m.event_ticker, m.series_ticker, m.category, m.status,
        m.ended_at,
        CASE WHEN m.mve_collection_ticker IS NULL THEN n.of_markets ELSE n.of_combos END AS newest_slot
      FROM last_quoted l CROSS JOIN newest n LEFT JOIN markets m ON m.ticker = l.ticker
    )
    SELECT d.ticker, d.event_ticker, d.series_ticker, d.category,
      q.snapshot_time, q.observed_at, q.yes_bid, q.yes_ask, q.probability, q.midpoint,
      q.last_price, q.volume, q.open_interest, q.sides,
      d.newest_slot, greatest(d.newest_slot - q.snapshot_time, INTERVAL 0 SECOND) AS age,
      q.snapshot_time >= d.newest_slot AS is_open, d.status, d.ended_at
    FROM described d JOIN quotes q ON q.ticker = d.ticker AND q.snapshot_time = d.snapshot_time`
}
