import { AT, asked, ofMarket, orderOfVersions } from "./as-of.ts"
import type { AnswerColumn, TableMacro } from "./definition.ts"
import { CENTS, TIME } from "./types.ts"

const terms: Readonly<Record<string, AnswerColumn>> = {
  event_ticker: { type: "VARCHAR", about: "its event" },
  market_type: { type: "VARCHAR", about: "`binary` or `scalar`" },
  yes_sub_title: { type: "VARCHAR", about: "what YES means" },
  status: { type: "VARCHAR", about: "the status as described then" },
  result: { type: "VARCHAR", about: "`yes`, `no`, `scalar`, or empty while it was not known" },
  settlement_value: {
    type: CENTS,
    about: "what one YES pays in cents; NULL before the result was known"
  },
  open_time: { type: TIME, about: "when trading begins" },
  close_time: { type: TIME, about: "when trading ends, as scheduled then" },
  expected_expiration_time: { type: TIME, about: "when the exchange expected the result" },
  latest_expiration_time: { type: TIME, about: "the last moment at which the result may become known" },
  can_close_early: { type: "BOOLEAN", about: "whether `close_time` may move to an earlier time" },
  strike_type: { type: "VARCHAR", about: "`greater`, `less`, `between`, …" },
  floor_strike: { type: "DOUBLE", about: "lower bound of the strike" },
  cap_strike: { type: "DOUBLE", about: "upper bound of the strike" },
  price_level_structure: { type: "VARCHAR", about: "the name of the price grid" },
  price_ranges: { type: "VARCHAR", about: "the price grid as JSON, in dollars" },
  fee_waiver_expiration_time: { type: TIME, about: "until when trades cost no fee; NULL if they do" },
  rules_primary: { type: "VARCHAR", about: "the rules" },
  rules_secondary: { type: "VARCHAR", about: "more of the rules" }
}

const names = Object.keys(terms)

const newest = (column: string, name = column) =>
  `arg_max_null(version.${column}, ${orderOfVersions("version")}) FILTER (version.observed_at <= ${AT}) AS ${name}`

export const termsAt: TableMacro = {
  kind: "table macro",
  name: "terms_at",
  about: "the description of a market that was known at a moment, in one row, and why there is none",
  parameters: ofMarket,
  reads: ["market_history"],
  columns: {
    ...asked,
    known_since: { type: TIME, about: "when this description was first received" },
    ...terms,
    reason: {
      type: "VARCHAR",
      about: "NULL if there was a description, else `unknown_market` or `not_yet_known`"
    }
  },
  sql: `
    SELECT market AS ticker, ${AT} AS "time", newest.known_since,
      ${names.map((name) => `newest.${name}`).join(", ")},
      CASE WHEN newest.first_seen IS NULL THEN 'unknown_market' WHEN newest.known_since IS NULL THEN 'not_yet_known' END AS reason
    FROM (
      SELECT min(version.observed_at) AS first_seen,
        ${newest("observed_at", "known_since")},
        ${names.map((name) => newest(name)).join(",\n        ")}
      FROM market_history version WHERE version.ticker = market
    ) newest`
}
