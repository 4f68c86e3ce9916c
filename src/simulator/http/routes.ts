/** Maps a path and its query to an answer: the exchange's read endpoints over the board at a time. */
import { Either } from "effect"
import type { Board } from "../universe/board.ts"
import type { Us } from "../universe/instant.ts"
import { seriesDraft } from "../wire/event-json.ts"
import { eventFeesBody, seriesFeesBody } from "../wire/fee-listing.ts"
import { childTexts, combosBody, eventsBody, eventText, marketsBody } from "../wire/listing.ts"
import { seriesBody } from "../wire/series-listing.ts"
import { cutoffBody, ENDPOINT_COSTS, SCHEDULE, statusBody } from "./about.ts"
import { type Answer, badRequest, NOT_FOUND, ok } from "./answer.ts"
import { MarketData } from "./market-data.ts"
import { combosQuery, eventsQuery, marketsQuery } from "./query.ts"

/** Answers a request; `path` begins after `/trade-api/v2`. */
export type Router = (path: string, params: URLSearchParams, at: Us) => Answer

type Named = (names: ReadonlyArray<string>, params: URLSearchParams, at: Us) => Answer

/** A path with a `*` for each name, and the function that answers it. */
type Route = readonly [pattern: string, answer: Named]

/** Returns the names at the asterisks of the pattern, or undefined if the path does not match. */
const namesIn = (pattern: string, path: string): ReadonlyArray<string> | undefined => {
  const [form, parts] = [pattern.split("/"), path.split("/")]
  if (form.length !== parts.length) return undefined
  if (!form.every((part, n) => part === "*" || part === parts[n])) return undefined
  return parts.filter((_, n) => form[n] === "*").map(decodeURIComponent)
}

/** The routes of markets, events and series, as listings and one by one. */
const listings = (board: Board): ReadonlyArray<Route> => [
  [
    "/markets",
    (_, params, at) =>
      Either.match(marketsQuery(params), {
        onLeft: badRequest,
        onRight: (query) => ok(marketsBody(board, query, at), 15)
      })
  ],
  [
    "/events",
    (_, params, at) =>
      Either.match(eventsQuery(params), {
        onLeft: badRequest,
        onRight: (query) => ok(eventsBody(board, query, at))
      })
  ],
  [
    "/events/multivariate",
    (_, params, at) =>
      Either.match(combosQuery(params), {
        onLeft: badRequest,
        onRight: (query) => ok(combosBody(board, query, at))
      })
  ],
  [
    "/events/fee_changes",
    (_, params, at) =>
      Either.match(eventFeesBody(board, params, at), { onLeft: badRequest, onRight: (body) => ok(body) })
  ],
  ["/series/fee_changes", (_, params, at) => ok(seriesFeesBody(board.series, params, at))],
  ["/series", (_, params, at) => ok(seriesBody(board.series, params, at), 15)],
  [
    "/markets/*",
    ([ticker = ""], _, at) => {
      const row = board.find(ticker)
      if (row === undefined || row.market.createdUs > at) return NOT_FOUND
      return ok(`{"market":${board.textOf(row, at).toString()}}`)
    }
  ],
  [
    "/events/*",
    ([ticker = ""], params, at) => {
      const row = board.eventByTicker.get(ticker)
      if (row === undefined || row.event.createdUs > at) return NOT_FOUND
      if (params.get("with_nested_markets") === "true")
        return ok(`{"event":${eventText(board, row, at, true)}}`)
      return ok(`{"event":${eventText(board, row, at, false)},"markets":[${childTexts(board, row, at)}]}`)
    }
  ],
  [
    "/series/*",
    ([ticker = ""], params, at) => {
      const series = board.seriesByTicker.get(ticker)
      if (series === undefined) return NOT_FOUND
      return ok(JSON.stringify({ series: seriesDraft(series, at, params.get("include_volume") === "true") }))
    }
  ]
]

const marketData = (data: MarketData): ReadonlyArray<Route> => [
  ["/markets/orderbooks", (_, params, at) => data.books(params, at)],
  ["/markets/trades", (_, params, at) => data.trades(params, at)],
  ["/markets/candlesticks", (_, params, at) => data.batchCandles(params, at)],
  ["/markets/*/orderbook", ([ticker = ""], params, at) => data.book(ticker, params, at)],
  [
    "/series/*/markets/*/candlesticks",
    ([series = "", ticker = ""], params, at) => data.candles(series, ticker, params, at)
  ],
  ["/historical/markets", (_, params, at) => data.pastMarkets(params, at)],
  ["/historical/trades", (_, params, at) => data.pastTrades(params, at)],
  ["/historical/markets/*", ([ticker = ""], _, at) => data.pastMarket(ticker, at)],
  ["/historical/markets/*/candlesticks", ([ticker = ""], params, at) => data.pastCandles(ticker, params, at)]
]

const ABOUT: ReadonlyArray<Route> = [
  ["/exchange/status", (_, __, at) => ok(statusBody(at), 1)],
  ["/exchange/schedule", () => ok(SCHEDULE)],
  ["/historical/cutoff", (_, __, at) => ok(cutoffBody(at), 1)],
  ["/account/endpoint_costs", () => ok(ENDPOINT_COSTS)]
]

export const universeRouter = (board: Board): Router => {
  // The first match answers, so a path without names comes before one with a name in the same position.
  const routes = [...ABOUT, ...marketData(new MarketData(board)), ...listings(board)]
  return (path, params, at) => {
    board.advanceTo(at)
    for (const [pattern, answer] of routes) {
      const names = namesIn(pattern, path)
      if (names !== undefined) return answer(names, params, at)
    }
    return NOT_FOUND
  }
}
