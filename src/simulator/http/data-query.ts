/** Parameters of requests for books, trades, candles and the archive, and the reasons for refusing them. */
import { Either } from "effect"
import { PERIODS, type Period } from "../universe/candles.ts"
import type { Us } from "../universe/instant.ts"
import type { Place } from "../universe/order.ts"
import {
  cursorOf,
  flagOf,
  instantOf,
  limitOf,
  type Read,
  requiredNumber,
  setOf,
  textOf,
  wholeNumber
} from "./params.ts"

const TICKERS_MAX = 100
const DEPTH_MAX = 100
/**
 * The most candles that a request for one market may ask for. The exchange counts the periods of the time
 * range, not the candles that exist (observed on 2026-08-26).
 */
const CANDLES_OF_ONE_MAX = 5000
const CANDLES_MAX = 10_000

export interface TradesQuery {
  readonly limit: number
  readonly after: Place | undefined
  readonly ticker: string | undefined
  /** The time range; both ends are included. */
  readonly from: Us | undefined
  readonly to: Us | undefined
  readonly blocks: boolean | undefined
}

export interface CandlesQuery {
  /** The range in Unix seconds; both ends are included. */
  readonly fromS: number
  readonly toS: number
  readonly period: Period
}

export interface PastMarketsQuery {
  readonly limit: number
  readonly after: Place | undefined
  readonly tickers: ReadonlySet<string> | undefined
  readonly eventTicker: string | undefined
  readonly seriesTicker: string | undefined
  readonly combos: boolean
}

/** Returns the number of levels a side; zero means all. */
export const depthOf = (params: URLSearchParams): Read<number> =>
  Either.flatMap(wholeNumber(params, "depth"), (depth = 0) =>
    depth <= DEPTH_MAX ? Either.right(depth) : Either.left(`depth must be between 0 and ${DEPTH_MAX}`)
  )

const between1And = (most: number, name: string, tickers: ReadonlyArray<string>) =>
  tickers.length >= 1 && tickers.length <= most
    ? Either.right(tickers)
    : Either.left(`${name} must be between 1 and ${most}`)

/**
 * Returns the tickers of a request for books. The parameter is repeated; a list with commas counts as one
 * unknown ticker.
 */
export const bookTickers = (params: URLSearchParams): Read<ReadonlyArray<string>> =>
  between1And(
    TICKERS_MAX,
    "tickers",
    params.getAll("tickers").filter((ticker) => ticker !== "")
  )

export const tradesQuery = (params: URLSearchParams): Read<TradesQuery> =>
  Either.gen(function* () {
    return {
      limit: yield* limitOf(params, 100, 1000),
      after: yield* cursorOf(params),
      ticker: textOf(params, "ticker"),
      from: yield* instantOf(params, "min_ts"),
      to: yield* instantOf(params, "max_ts"),
      blocks: yield* flagOf(params, "is_block_trade")
    }
  })

const candlesAsked = (params: URLSearchParams): Read<CandlesQuery> =>
  Either.gen(function* () {
    const fromS = yield* requiredNumber(params, "start_ts")
    const toS = yield* requiredNumber(params, "end_ts")
    const minutes = yield* requiredNumber(params, "period_interval")
    const period = PERIODS.find((one) => one === minutes)
    if (period === undefined) return yield* Either.left("period_interval must be one of 1, 60, 1440")
    if (toS < fromS) return yield* Either.left("end_ts must not be before start_ts")
    return { fromS, toS, period }
  })

const periodsIn = ({ fromS, period, toS }: CandlesQuery): number => (toS - fromS) / (period * 60)

/** Reads the parameters of a request for one market's candles, of either tier. */
export const candlesQuery = (params: URLSearchParams): Read<CandlesQuery> =>
  Either.flatMap(candlesAsked(params), (query) => {
    const periods = periodsIn(query)
    if (periods <= CANDLES_OF_ONE_MAX) return Either.right(query)
    return Either.left(
      `requested time range with candlesticks: ${periods.toFixed(6)}, max candlesticks: ${CANDLES_OF_ONE_MAX}`
    )
  })

/**
 * Reads the parameters of a request for the candles of several markets. This list is separated by commas, and
 * the number of candles is limited.
 */
export const batchCandlesQuery = (
  params: URLSearchParams
): Read<CandlesQuery & { readonly tickers: ReadonlyArray<string> }> =>
  Either.gen(function* () {
    const listed = [...(setOf(params, "market_tickers") ?? [])]
    const tickers = yield* between1And(TICKERS_MAX, "market_tickers", listed)
    const query = yield* candlesAsked(params)
    const asked = tickers.length * Math.ceil(periodsIn(query))
    if (asked > CANDLES_MAX) {
      return yield* Either.left(
        `requested candlesticks across all markets: ${asked}, max candlesticks: ${CANDLES_MAX}`
      )
    }
    return { ...query, tickers }
  })

export const pastMarketsQuery = (params: URLSearchParams): Read<PastMarketsQuery> =>
  Either.gen(function* () {
    const combos = textOf(params, "mve_filter")
    if (combos !== undefined && combos !== "exclude") return yield* Either.left("invalid mve_filter")
    const query: PastMarketsQuery = {
      limit: yield* limitOf(params, 100, 1000),
      after: yield* cursorOf(params),
      tickers: setOf(params, "tickers"),
      eventTicker: textOf(params, "event_ticker"),
      seriesTicker: textOf(params, "series_ticker"),
      combos: combos === undefined
    }
    const given = [query.tickers, query.eventTicker, query.seriesTicker].filter((one) => one !== undefined)
    if (given.length > 1)
      return yield* Either.left("tickers, event_ticker and series_ticker are mutually exclusive")
    return query
  })
