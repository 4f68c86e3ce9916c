import { AT, asked, observedBefore, ofMarket, TIME } from "./as-of.ts"
import type { TableMacro } from "./definition.ts"
import { ENDED } from "./ended-at.ts"

const ended = ENDED.map((status) => `'${status}'`).join(", ")

/**
 * The status and the times are those of the newest description that had been received. An exchange that does not trade
 * pauses all markets; a status of it that is older than an hour says nothing.
 */
export const openAt: TableMacro = {
  kind: "table macro",
  name: "open_at",
  about: "whether a market was open for trading at a moment, as far as it was known then, and why not",
  parameters: ofMarket,
  reads: ["market_history", "exchange_status"],
  columns: {
    ...asked,
    status: { type: "VARCHAR", about: "the status as described then; NULL if the market was not known" },
    open_time: { type: TIME, about: "when trading begins, as described then" },
    close_time: { type: TIME, about: "when trading ends, as described then" },
    is_combo: { type: "BOOLEAN", about: "whether the market combines others" },
    reason: {
      type: "VARCHAR",
      about:
        "NULL if the market was open, else `unknown_market`, `not_yet_known`, `closed`, `paused` or `not_open`"
    }
  },
  sql: `
    SELECT market AS ticker, ${AT} AS "time",
      known.terms.status AS status, known.terms.open_time AS open_time, known.terms.close_time AS close_time,
      known.terms.combo IS NOT NULL AS is_combo,
      CASE
        WHEN known.first_seen IS NULL THEN 'unknown_market'
        WHEN known.first_seen > ${AT} THEN 'not_yet_known'
        WHEN known.terms.status IN (${ended}) OR known.terms.close_time <= ${AT} THEN 'closed'
        WHEN known.terms.status IN ('inactive', 'paused') OR exchange.trading = false THEN 'paused'
        WHEN known.terms.status IN ('initialized', 'unopened') OR known.terms.open_time > ${AT} THEN 'not_open'
      END AS reason
    FROM (
      SELECT min(version.observed_at) AS first_seen,
        max_by(
          {
            'status': version.status, 'open_time': version.open_time, 'close_time': version.close_time,
            'combo': version.mve_collection_ticker
          },
          version.observed_at
        ) FILTER (version.observed_at <= ${AT}) AS terms
      FROM market_history version WHERE version.ticker = market
    ) known, (
      SELECT max_by(said.trading_active, said.observed_at) AS trading
      FROM exchange_status said WHERE ${observedBefore("said", "INTERVAL 1 HOUR")}
    ) exchange`
}
