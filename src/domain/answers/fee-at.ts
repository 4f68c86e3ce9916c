import { MAKER_SHARES, TAKER_RATE } from "../fee.ts"
import { AT } from "./as-of.ts"
import type { Parameter, TableMacro } from "./definition.ts"
import { TIME } from "./types.ts"

export const ofMarketOrSeries: ReadonlyArray<Parameter> = [
  { name: "market", about: "the ticker of the market, or of its series" },
  { name: "moment", about: "the time of the trade" }
]

const makerShare = `CASE judged.fee_type ${Object.entries(MAKER_SHARES)
  .map(([type, share]) => `WHEN '${type}' THEN ${share}`)
  .join(" ")} END`

const rate = (share: string) =>
  `CASE WHEN judged.reason IS NULL THEN CASE WHEN judged.is_waived THEN 0 ELSE ${TAKER_RATE} * ${share} * judged.fee_multiplier END END`

const periodAt = (condition: string) => `
  SELECT count(*) AS periods, any_value(period.fee_type) AS fee_type, any_value(period.fee_multiplier) AS fee_multiplier
  FROM fee_periods period
  WHERE ${condition} AND (period.begins IS NULL OR period.begins <= ${AT}) AND (period.ends IS NULL OR period.ends > ${AT})`

/** A fee is a fact that the exchange dates, so one that held at the moment counts also if it was recorded later. */
export const feeAt: TableMacro = {
  kind: "table macro",
  name: "fee_at",
  about: "the fee that held for a market or a series at a moment, in one row, and why it is not known",
  parameters: ofMarketOrSeries,
  reads: ["fee_periods", "markets", "market_history"],
  columns: {
    name: { type: "VARCHAR", about: "the market or series that was asked about" },
    time: { type: TIME, about: "the moment that was asked about" },
    series_ticker: { type: "VARCHAR", about: "the series" },
    event_ticker: { type: "VARCHAR", about: "the event of the market; NULL for a series" },
    fee_type: { type: "VARCHAR", about: "the type, of the event if it overrides that of the series" },
    fee_multiplier: { type: "DOUBLE", about: "the factor on the usual fee, likewise" },
    is_waived: { type: "BOOLEAN", about: "whether a waiver of the market held, so that there was no fee" },
    taker_rate: { type: "DOUBLE", about: "the rate of takers, for `order_fee`: usually 0.07" },
    maker_rate: { type: "DOUBLE", about: "the rate of makers, for `order_fee`" },
    reason: {
      type: "VARCHAR",
      about:
        "NULL if the fee is known, else `unknown_market` (no market or series of the name), `not_yet_known` (nothing is recorded of its fee by then) or `unknown_fee_type`"
    }
  },
  sql: `
    SELECT market AS name, ${AT} AS "time", judged.series_ticker, judged.event_ticker,
      judged.fee_type, judged.fee_multiplier, judged.is_waived,
      ${rate("1")}::DOUBLE AS taker_rate, ${rate(makerShare)}::DOUBLE AS maker_rate, judged.reason
    FROM (
      SELECT found.*, coalesce(CASE WHEN waiver.versions > 0 THEN waiver.known ELSE waiver.first END > ${AT}, false) AS is_waived,
        CASE WHEN of_any.periods = 0 THEN 'unknown_market' WHEN found.periods = 0 THEN 'not_yet_known'
          WHEN found.fee_type NOT IN (${Object.keys(MAKER_SHARES)
            .map((type) => `'${type}'`)
            .join(
              ", "
            )}) OR found.fee_type IS NULL OR found.fee_multiplier IS NULL THEN 'unknown_fee_type' END AS reason
      FROM (
        SELECT ids.*, of_series.periods,
          coalesce(of_event.fee_type, of_series.fee_type) AS fee_type,
          coalesce(of_event.fee_multiplier, of_series.fee_multiplier) AS fee_multiplier
        FROM (
          SELECT named.event_ticker, CASE WHEN named.markets = 0 THEN market ELSE named.series_ticker END AS series_ticker
          FROM (
            SELECT count(*) AS markets, max(described.event_ticker) AS event_ticker, max(described.series_ticker) AS series_ticker
            FROM markets described WHERE described.ticker = market
          ) named
        ) ids,
        LATERAL (${periodAt("period.series_ticker = ids.series_ticker AND period.event_ticker IS NULL")}) of_series,
        LATERAL (${periodAt("period.event_ticker = ids.event_ticker")}) of_event
      ) found,
      LATERAL (
        SELECT count(*) AS periods FROM fee_periods period
        WHERE period.series_ticker = found.series_ticker AND period.event_ticker IS NULL
      ) of_any,
      (
        SELECT count(*) FILTER (version.observed_at <= ${AT}) AS versions,
          arg_max_null(version.fee_waiver_expiration_time, version.observed_at) FILTER (version.observed_at <= ${AT}) AS known,
          arg_min_null(version.fee_waiver_expiration_time, version.observed_at) AS first
        FROM market_history version WHERE version.ticker = market
      ) waiver
    ) judged`
}
