import { AT, asked, maxAge, observed, observedBefore, ofMarket, reasonOfAge, runsSince } from "./as-of.ts"
import type { TableMacro } from "./definition.ts"
import { AMOUNT, CENTS } from "./types.ts"

/** The reasons of `quote_at` for which a market has no book either. */
const NOT_TRADING = ["unknown_market", "not_yet_known", "closed", "paused", "not_open"]
  .map((reason) => `'${reason}'`)
  .join(", ")

/**
 * A bid for NO at 40 is an ask for YES at 60. A book without bids leaves no rows, and neither does one that was not
 * requested, so a run that brought no level of a market says that it was empty only if the quote says so too.
 */
export const bookAt: TableMacro = {
  kind: "table macro",
  name: "book_at",
  about:
    "the newest order book of a market that was known at a moment, as bids and asks for YES, in one row a level",
  parameters: [...ofMarket, maxAge],
  reads: ["orderbook_snapshots", "collection_runs", "quote_at"],
  columns: {
    ...asked,
    ...observed,
    side: { type: "VARCHAR", about: "`bid` or `ask`, for YES; NULL if there is no book" },
    level: { type: "BIGINT", about: "1 is the best price of its side" },
    price: { type: CENTS, about: "price of YES in cents" },
    size: { type: AMOUNT, about: "contracts at this price" },
    cumulative: { type: "DECIMAL(38,6)", about: "contracts at this price and at better ones" },
    reason: {
      type: "VARCHAR",
      about:
        "NULL of a book with both sides, `one_sided` of each level of another; else, in one row without a level, `empty` or a reason of `quote_at`"
    }
  },
  sql: `
    SELECT market AS ticker, ${AT} AS "time", judged.snapshot_time, judged.observed_at,
      ${AT} - judged.observed_at AS age,
      levels.side, levels.level, levels.price, levels.size, levels.cumulative,
      coalesce(judged.reason, CASE WHEN levels.sides = 1 THEN 'one_sided' END) AS reason
    FROM (
      SELECT newest.*,
        CASE
          WHEN quoted.reason IN (${NOT_TRADING}) THEN quoted.reason
          WHEN newest.observed_at IS NOT NULL AND NOT runs.left_out THEN ${reasonOfAge("newest", "runs")}
          WHEN quoted.reason NOT IN ('one_sided', 'not_sent') THEN quoted.reason
          ELSE 'gap'
        END AS reason
      FROM (
        SELECT arg_max(seen.snapshot_time, seen.observed_at) AS snapshot_time, max(seen.observed_at) AS observed_at
        FROM orderbook_snapshots seen WHERE seen.ticker = market AND ${observedBefore("seen")}
      ) newest,
      LATERAL (${runsSince("'orderbooks'", "newest")}) runs,
      quote_at(market, moment, max_age := max_age) quoted
    ) judged
    LEFT JOIN LATERAL (
      SELECT CASE WHEN bid.side = 'yes' THEN 'bid' ELSE 'ask' END AS side,
        row_number() OVER best AS level,
        (CASE WHEN bid.side = 'yes' THEN bid.price ELSE 100 - bid.price END)::DECIMAL(9,4) AS price,
        bid.size AS size, sum(bid.size) OVER best AS cumulative,
        CASE WHEN min(bid.side) OVER () = max(bid.side) OVER () THEN 1 ELSE 2 END AS sides
      FROM orderbook_snapshots bid
      WHERE bid.ticker = market AND ${observedBefore("bid")}
        AND bid.snapshot_time = judged.snapshot_time AND judged.reason IS NULL
      WINDOW best AS (PARTITION BY bid.side ORDER BY bid.price DESC)
    ) levels ON true`
}
