/**
 * `candlesticks`: what each market's quote and trades did in a period. The last candle of a walk is asked
 * for again by the next, for it may have been unfinished; what was said last stands.
 */
import { Either } from "effect"
import type { LoggedObservation } from "../../observation.ts"
import type { Period } from "../../units/period.ts"
import { isoMicros } from "../../units/time.ts"
import { cents, contracts } from "../cells.ts"
import type { Cell, FactTable, Projection } from "../projection.ts"
import { problem, type WireProblem } from "../wire/shape.ts"
import type { Candlestick, Range } from "./candlestick.ts"
import * as wire from "./wire.ts"

const ends: FactTable = {
  kind: "facts",
  name: "candle_ends",
  columns: ["period_minutes", "end_seconds", "end_time"],
  key: ["period_minutes", "end_seconds"]
}

const rows: FactTable = {
  kind: "facts",
  name: "candle_rows",
  columns: [
    "end_seconds",
    "period_minutes",
    "market",
    "yes_bid_open",
    "yes_bid_low",
    "yes_bid_high",
    "yes_bid_close",
    "yes_ask_open",
    "yes_ask_low",
    "yes_ask_high",
    "yes_ask_close",
    "price_open",
    "price_low",
    "price_high",
    "price_close",
    "price_mean",
    "price_previous",
    "volume",
    "open_interest"
  ],
  key: ["end_seconds", "period_minutes", "market"]
}

const endpoints = new Set([
  "GET /markets/candlesticks",
  "GET /series/{series_ticker}/markets/{ticker}/candlesticks",
  "GET /historical/markets/{ticker}/candlesticks"
])

/** What only the request says: how long the periods are, and of a single market often whose they are. */
interface Asked {
  readonly period: Period | undefined
  readonly ticker: string | undefined
}

const periods: ReadonlyMap<string | null, Period> = new Map([
  ["1", 1],
  ["60", 60],
  ["1440", 1440]
])

const unescaped = (segment: string) => Either.try(() => decodeURIComponent(segment))

const askedIn = ({ request }: Pick<LoggedObservation, "request">): Asked => {
  const [path = "", query] = request.split("?")
  const ticker = /\/markets\/([^/]+)\/candlesticks$/.exec(path)?.[1]
  return {
    period: periods.get(new URLSearchParams(query).get("period_interval")),
    ticker: ticker === undefined ? undefined : Either.getOrElse(unescaped(ticker), () => ticker)
  }
}

const rangeCells = ({ close, high, low, open }: Range): ReadonlyArray<Cell> =>
  [open, low, high, close].map(cents)

const rowOf = (candle: Candlestick, period: Period, ticker: string): ReadonlyArray<Cell> => [
  candle.endSeconds,
  period,
  ticker,
  ...rangeCells(candle.yesBid),
  ...rangeCells(candle.yesAsk),
  ...rangeCells(candle.price),
  cents(candle.price.mean),
  cents(candle.price.previous),
  contracts(candle.volume),
  contracts(candle.openInterest)
]

const endRows = (candles: ReadonlyArray<Candlestick>, period: Period) =>
  [...new Set(candles.map(({ endSeconds }) => endSeconds))].map((end) => [
    period,
    end,
    isoMicros(end * 1_000_000)
  ])

const unasked = (request: string): ReadonlyArray<WireProblem> => [
  problem("request", "a period_interval of 1, 60 or 1440 minutes", request)
]

export const candlesticks: Projection = {
  name: "candlesticks",
  version: 3,
  tables: [ends, rows],
  reads: ({ endpoint }) => endpoints.has(endpoint),
  project: (reading) => {
    const { items, problems } = reading.items(wire.candlesticks)
    const { period, ticker } = askedIn(reading.observation)
    if (period === undefined) return { rows: [], problems: unasked(reading.observation.request) }
    const owned = items.flatMap((candle) => {
      const owner = candle.ticker ?? ticker
      return owner === undefined ? [] : [{ candle, owner }]
    })
    const nobodys: ReadonlyArray<WireProblem> =
      owned.length === items.length ? [] : [problem("ticker", "a ticker, here or in the request", undefined)]
    return {
      rows: [
        {
          table: ends,
          rows: endRows(
            owned.map(({ candle }) => candle),
            period
          )
        },
        { table: rows, rows: owned.map(({ candle, owner }) => rowOf(candle, period, owner)) }
      ],
      problems: [...problems, ...nobodys]
    }
  }
}
