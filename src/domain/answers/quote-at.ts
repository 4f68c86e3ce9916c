import {
  AT,
  asked,
  maxAge,
  missingSince,
  observed,
  observedBefore,
  ofMarket,
  reasonOfAge,
  runsSince
} from "./as-of.ts"
import type { AnswerColumn, TableMacro } from "./definition.ts"
import { AMOUNT, CENTS, HALF_CENTS } from "./types.ts"

const shown: Readonly<Record<string, AnswerColumn>> = {
  yes_bid: { type: CENTS, about: "best bid for YES in cents; 0 is no bid" },
  yes_ask: { type: CENTS, about: "best ask for YES in cents; 100 is no ask" },
  yes_bid_size: { type: AMOUNT, about: "contracts at the best bid" },
  yes_ask_size: { type: AMOUNT, about: "contracts at the best ask" },
  last_price: { type: CENTS, about: "price of the last trade in cents; 0 if there never was one" },
  volume: { type: AMOUNT, about: "contracts traded since the market opened" },
  volume_24h: { type: AMOUNT, about: "contracts traded in the 24 hours before" },
  open_interest: { type: AMOUNT, about: "contracts held" },
  midpoint: { type: HALF_CENTS, about: "(bid + ask) / 2 in cents; NULL if either side is empty" },
  spread: { type: CENTS, about: "ask - bid in cents; NULL if either side is empty" }
}

const names = Object.keys(shown)

/** A side that the exchange did not send is no side, and no empty one either. */
const SIDES = `
  CASE
    WHEN judged.yes_bid IS NULL OR judged.yes_ask IS NULL THEN 'not_sent'
    WHEN judged.yes_bid = 0 AND judged.yes_ask = 100 THEN 'empty'
    WHEN judged.yes_bid = 0 OR judged.yes_ask = 100 THEN 'one_sided'
  END`

export const quoteAt: TableMacro = {
  kind: "table macro",
  name: "quote_at",
  about: "the newest quote of a market that was known at a moment, in one row, and why there is none",
  parameters: [...ofMarket, maxAge],
  reads: ["price_snapshots", "collection_runs", "open_at"],
  columns: {
    ...asked,
    ...observed,
    ...shown,
    price: {
      type: HALF_CENTS,
      about:
        "(bid + ask) / 2 in cents, where an empty bid counts 0 and an empty ask 100: in hundredths, the probability; NULL if both sides are empty or one was not sent"
    },
    reason: {
      type: "VARCHAR",
      about:
        "NULL of a quote with both sides; `one_sided`, `empty` or `not_sent` of another quote; else, with no quote, `unknown_market`, `not_yet_known`, `closed`, `paused`, `not_open`, `gap` or `too_old`"
    }
  },
  sql: `
    SELECT market AS ticker, ${AT} AS "time", judged.snapshot_time, judged.observed_at,
      ${AT} - judged.observed_at AS age,
      ${names.map((name) => `CASE WHEN judged.reason IS NULL THEN judged.${name} END AS ${name}`).join(",\n      ")},
      CASE
        WHEN judged.reason IS NULL AND (judged.yes_bid > 0 OR judged.yes_ask < 100)
          THEN ((judged.yes_bid + judged.yes_ask) * 0.5)::${HALF_CENTS}
      END AS price,
      coalesce(judged.reason, ${SIDES}) AS reason
    FROM (
      SELECT newest.*,
        coalesce(opened.reason, CASE WHEN runs.left_out THEN 'not_open' END, ${reasonOfAge("newest", "runs")}) AS reason
      FROM (
        SELECT max_by(seen.snapshot_time, seen.observed_at) AS snapshot_time, max(seen.observed_at) AS observed_at,
          ${names.map((name) => `arg_max_null(seen.${name}, seen.observed_at) AS ${name}`).join(",\n          ")}
        FROM price_snapshots seen WHERE seen.ticker = market AND ${observedBefore("seen")}
      ) newest,
      open_at(market, moment) opened,
      LATERAL (${runsSince(
        "CASE WHEN opened.is_combo THEN 'combos' ELSE 'markets' END",
        "newest",
        missingSince("newest", "opened.known_since")
      )}) runs
    ) judged`
}
