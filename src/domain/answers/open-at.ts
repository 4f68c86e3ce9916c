import { ENDED } from "../read/markets/ended.ts"
import { AT, asked, observedBefore, ofMarket, orderOfVersions } from "./as-of.ts"
import type { TableMacro } from "./definition.ts"
import { TIME } from "./types.ts"

const ended = ENDED.map((status) => `'${status}'`).join(", ")

/** The status of each shard. What is not of this form, or is not sent, is NULL. */
const SHARDS = '[{"exchange_index": "BIGINT", "exchange_active": "BOOLEAN", "trading_active": "BOOLEAN"}]'

const trades = (status: string) =>
  `CASE WHEN ${status}.exchange_active = false THEN false ELSE ${status}.trading_active END`

/**
 * The status and the times are those of the newest description that had been received. A shard of the exchange that does
 * not trade pauses all of its markets. The status of the exchange itself is that of shard 0, and counts for a shard that
 * it does not list; one that is older than an hour says nothing.
 */
export const openAt: TableMacro = {
  kind: "table macro",
  name: "open_at",
  about: "whether a market was open for trading at a moment, as far as it was known then, and why not",
  parameters: ofMarket,
  reads: ["market_history", "exchange_status"],
  columns: {
    ...asked,
    known_since: { type: TIME, about: "when this description was first received" },
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
      known.terms.known_since AS known_since, known.terms.status AS status, known.terms.open_time AS open_time, known.terms.close_time AS close_time,
      known.terms.combo IS NOT NULL AS is_combo,
      CASE
        WHEN known.first_seen IS NULL THEN 'unknown_market'
        WHEN known.first_seen > ${AT} THEN 'not_yet_known'
        WHEN known.terms.status IN (${ended}) OR known.terms.close_time <= ${AT} THEN 'closed'
        WHEN known.terms.status IN ('inactive', 'paused') OR coalesce(shard.trading, exchange.said.trading) = false THEN 'paused'
        WHEN known.terms.status IN ('initialized', 'unopened') OR known.terms.open_time > ${AT} THEN 'not_open'
      END AS reason
    FROM (
      SELECT min(version.observed_at) AS first_seen,
        max_by(
          {
            'known_since': version.observed_at, 'status': version.status, 'open_time': version.open_time,
            'close_time': version.close_time, 'combo': version.mve_collection_ticker,
            'shard': version.exchange_index
          },
          ${orderOfVersions("version")}
        ) FILTER (version.observed_at <= ${AT}) AS terms
      FROM market_history version WHERE version.ticker = market
    ) known, (
      SELECT max_by({'trading': ${trades("said")}, 'shards': said.index_statuses}, said.observed_at) AS said
      FROM exchange_status said WHERE ${observedBefore("said", "INTERVAL 1 HOUR")}
    ) exchange,
    LATERAL (
      SELECT bool_and(${trades("listed.shard")}) AS trading
      FROM (SELECT unnest(json_transform(exchange.said.shards, '${SHARDS}')) AS shard) listed
      WHERE listed.shard.exchange_index = known.terms.shard
    ) shard`
}
