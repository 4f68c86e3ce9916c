/**
 * The next walk requests the last candle of the walk before again, because it may have been unfinished; the
 * newest answer replaces the row.
 */
import { Either } from "effect"
import type { LoggedObservation } from "../../observation.ts"
import type { Period } from "../../units/period.ts"
import { facts, type Projection } from "../projection.ts"
import { rangeOf } from "../slots.ts"
import { problem, type WireProblem } from "../wire/shape.ts"
import { candleEnds, candlePages, candleRows, type OwnedCandle } from "./table.ts"
import * as wire from "./wire.ts"

export const candleEndpoints = [
  "GET /markets/candlesticks",
  "GET /series/{series_ticker}/markets/{ticker}/candlesticks",
  "GET /historical/markets/{ticker}/candlesticks"
]

/**
 * The facts that only the request contains: the length of the periods and, in requests for one market, its
 * ticker.
 */
interface Parameters {
  readonly period: Period | undefined
  readonly ticker: string | undefined
}

const periods: ReadonlyMap<string | null, Period> = new Map([
  ["1", 1],
  ["60", 60],
  ["1440", 1440]
])

const unescaped = (segment: string) => Either.try(() => decodeURIComponent(segment))

export const parametersOf = ({ request }: Pick<LoggedObservation, "request">): Parameters => {
  const [path = "", query] = request.split("?")
  const ticker = /\/markets\/([^/]+)\/candlesticks$/.exec(path)?.[1]
  return {
    period: periods.get(new URLSearchParams(query).get("period_interval")),
    ticker: ticker === undefined ? undefined : Either.getOrElse(unescaped(ticker), () => ticker)
  }
}

const withoutPeriod = (request: string): WireProblem =>
  problem("request", "a period_interval of 1, 60 or 1440 minutes", request)

const withoutTicker: WireProblem = problem("ticker", "a ticker, here or in the request", undefined)

export const candlesticks: Projection = {
  name: "candlesticks",
  version: 4,
  tables: [candleEnds, candlePages, candleRows],
  reads: ({ endpoint }) => candleEndpoints.includes(endpoint),
  project: (reading) => {
    const { observation } = reading
    const { items, problems } = reading.items(wire.candlesticks)
    const { period, ticker } = parametersOf(observation)
    if (period === undefined) return { rows: [], problems: [withoutPeriod(observation.request)] }
    const candles: ReadonlyArray<OwnedCandle> = items.flatMap((candle) => {
      const owner = candle.ticker ?? ticker
      return owner === undefined
        ? []
        : [{ ticker: owner, periodMinutes: period, endSeconds: candle.endSeconds, candle }]
    })
    const ends = new Map(candles.map((candle) => [candle.endSeconds, candle]))
    return {
      rows:
        candles.length === 0
          ? []
          : [
              facts(candleEnds, [...ends.values()], observation),
              facts(candlePages, [rangeOf([...ends.keys()])], observation),
              facts(candleRows, candles, observation)
            ],
      problems: candles.length === items.length ? problems : [...problems, withoutTicker]
    }
  }
}
