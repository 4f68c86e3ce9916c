import { AT, asked, ofMarket } from "./as-of.ts"
import type { AnswerColumn, TableMacro } from "./definition.ts"
import { AMOUNT, CENTS, TIME } from "./types.ts"

const shown: Readonly<Record<string, AnswerColumn>> = {
  trade_id: { type: "VARCHAR", about: "the trade; of several with one time, the one with the greatest id" },
  yes_price: { type: CENTS, about: "price of YES in cents" },
  no_price: { type: CENTS, about: "100 - `yes_price`" },
  count: { type: AMOUNT, about: "contracts traded" },
  taker_side: { type: "VARCHAR", about: "`yes` or `no`: what the taker bought" },
  is_block_trade: { type: "BOOLEAN", about: "whether it was negotiated off the book" }
}

const names = Object.keys(shown)

/**
 * A walk over the tape goes back to the end of the walk before, so the tape is complete from the first complete run up
 * to the newest one. The first one also reads some time before itself, which no record names.
 */
const TAPE = `
  SELECT min(run.slot) AS begins, max(greatest(run.watermark, run.slot + to_seconds(run."interval"))) AS ends
  FROM collection_runs run WHERE run.feed = 'trades' AND run.status = 'complete'`

const ofSpec = (field: string) => `json_extract_string(ordered.spec, '$.${field}')`

const named = (field: string, value: string) => `list_contains(${ofSpec(`${field}[*]`)}, ${value})`

const secondOf = (field: string) => `to_timestamp(${ofSpec(field)}::DOUBLE)`

/** The spans of time whose trades a backfill of the market was to read, of it alone or with others. */
const BACKFILLS = `
  SELECT coalesce(${secondOf("from")}, '-infinity'::TIMESTAMPTZ) AS begins,
    least(${secondOf("to")}, ordered.slot) AS ends,
    coalesce(ordered.status = 'complete', false) AS is_read, true AS is_backfill
  FROM backfills ordered
  WHERE ${named("kinds", "'trades'")} AND CASE
    WHEN json_array_length(ordered.spec, '$.tickers') > 0 THEN ${named("tickers", "market")}
    WHEN ${ofSpec("event")} IS NOT NULL THEN ${ofSpec("event")} = placed.event_ticker
    WHEN ${ofSpec("series")} IS NOT NULL THEN ${ofSpec("series")} = placed.series_ticker
    ELSE true
  END`

/** From when to when all trades around the moment were read, by spans that overlap or adjoin. */
const READ = `
  SELECT max(span.begins) FILTER (span.is_first AND span.begins <= ${AT}) AS begins,
    max(span.ends) FILTER (span.is_read AND span.begins <= ${AT}) AS ends,
    coalesce(bool_or(span.is_backfill), false) AS has_backfills
  FROM (
    SELECT one.*,
      one.is_read AND coalesce(one.begins > max(one.ends) FILTER (one.is_read) OVER (
        ORDER BY one.begins, one.ends ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ), true) AS is_first
    FROM (SELECT begins, ends, begins IS NOT NULL AS is_read, false AS is_backfill FROM (${TAPE}) UNION ALL ${BACKFILLS}) one
  ) span`

/**
 * The tape is public at once, so a trade counts as known from the time at which it was made, also if it was recorded
 * later. It is the last one if all from it to the moment was read. A market of which only the tape has trades was read
 * from its first trade on.
 */
export const tradeAt: TableMacro = {
  kind: "table macro",
  name: "trade_at",
  about: "the last trade of a market that had been made at a moment, in one row, and why there is none",
  parameters: [
    ...ofMarket,
    {
      name: "max_age",
      about:
        "the greatest age at which a trade is an answer; by default any, if the tape is recorded up to the moment",
      otherwise: "NULL::INTERVAL"
    }
  ],
  reads: ["trades", "collection_runs", "backfills", "market_history", "markets"],
  columns: {
    ...asked,
    created_time: { type: TIME, about: "when the last trade was made, also if it is no answer" },
    age: { type: "INTERVAL", about: "the time from the trade to the moment" },
    ...shown,
    reason: {
      type: "VARCHAR",
      about:
        "NULL if there is a trade, else `unknown_market`, `not_yet_known`, `empty` (nothing was traded), `gap` (the tape is not recorded) or `too_old`"
    }
  },
  sql: `
    SELECT market AS ticker, ${AT} AS "time", judged.created_time, ${AT} - judged.created_time AS age,
      ${names.map((name) => `CASE WHEN judged.reason IS NULL THEN judged."${name}" END AS "${name}"`).join(",\n      ")},
      judged.reason
    FROM (
      SELECT newest.created_time, tied.*,
        CASE
          WHEN newest.created_time >= ${AT} - max_age::INTERVAL THEN NULL
          WHEN newest.created_time IS NULL AND known.first_seen IS NULL THEN 'unknown_market'
          WHEN newest.created_time IS NULL AND known.first_seen > ${AT} THEN 'not_yet_known'
          WHEN coalesce(${AT} < read.ends AND coalesce(newest.created_time, known.open_time) >= read.begins, false) THEN
            CASE WHEN newest.created_time IS NULL THEN 'empty' WHEN max_age::INTERVAL IS NOT NULL THEN 'too_old' END
          WHEN newest.created_time IS NULL OR read.has_backfills OR coalesce(tape.ends <= ${AT}, true) THEN 'gap'
          WHEN max_age::INTERVAL IS NOT NULL THEN 'too_old'
        END AS reason
      FROM (
        SELECT max(made.created_time) AS created_time FROM trades made
        WHERE made.ticker = market AND made.created_time <= ${AT}
      ) newest,
      LATERAL (
        SELECT ${names.map((name) => `arg_max_null(last."${name}", last.trade_id) AS "${name}"`).join(", ")}
        FROM trades last
        WHERE last.ticker = market AND last.created_time = newest.created_time AND last.created_time <= ${AT}
      ) tied,
      (
        SELECT min(version.observed_at) AS first_seen, min(version.open_time) AS open_time
        FROM market_history version WHERE version.ticker = market
      ) known,
      (
        SELECT max(described.event_ticker) AS event_ticker, max(described.series_ticker) AS series_ticker
        FROM markets described WHERE described.ticker = market
      ) placed,
      (${TAPE}) tape,
      LATERAL (${READ}) read
    ) judged`
}
