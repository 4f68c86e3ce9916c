/** From a path and its query to an answer: the exchange's read endpoints over the board at a time. */
import { Either } from "effect"
import { type Answer, badRequest, NOT_FOUND, ok } from "./answer.ts"
import type { Board } from "./board.ts"
import { seriesDraft, seriesUpdatedAt } from "./event-json.ts"
import { DAY, rfc3339, SECOND, type Us } from "./instant.ts"
import type { Series } from "./lanes.ts"
import { childTexts, eventsBody, eventText, marketsBody } from "./listing.ts"
import { eventsQuery, marketsQuery } from "./query.ts"
import { cutoffUs } from "./universe.ts"

/** Answers a request; `path` begins after `/trade-api/v2`. */
export type Router = (path: string, params: URLSearchParams, at: Us) => Answer

/** Weekly pause of trading: Thursday 03:00-05:00 in New York. */
const trading = (at: Us): boolean => {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: "America/New_York",
    weekday: "short",
    hour: "2-digit",
    hourCycle: "h23"
  }).formatToParts(at / 1000)
  const part = (type: string) => parts.find((one) => one.type === type)?.value
  return !(part("weekday") === "Thu" && (part("hour") === "03" || part("hour") === "04"))
}

const SHARDS = ["Default", "Combos", "Crypto & Commodities", "Tennis, Baseball, Basketball"]

const statusBody = (at: Us): string => {
  const state = { exchange_active: true, trading_active: trading(at), intra_exchange_transfers_active: true }
  return JSON.stringify({
    ...state,
    exchange_index_statuses: SHARDS.map((description, exchange_index) => ({
      exchange_index,
      description,
      ...state
    }))
  })
}

const ALL_DAY = [{ close_time: "00:00", open_time: "00:00" }]

/** Hours are New York's; Thursday has two sessions around the pause. */
const SCHEDULE = JSON.stringify({
  schedule: {
    maintenance_windows: [],
    standard_hours: [
      {
        end_time: "2200-12-01T00:00:00Z",
        friday: ALL_DAY,
        monday: ALL_DAY,
        saturday: ALL_DAY,
        start_time: "2024-12-01T00:00:00Z",
        sunday: ALL_DAY,
        thursday: [
          { close_time: "03:00", open_time: "00:00" },
          { close_time: "00:00", open_time: "05:00" }
        ],
        tuesday: ALL_DAY,
        wednesday: ALL_DAY
      }
    ]
  }
})

const ENDPOINT_COSTS = JSON.stringify({
  default_cost: 10,
  endpoint_costs: [{ cost: 2, method: "DELETE", path: "/trade-api/v2/portfolio/orders/{order_id}" }]
})

const cutoffBody = (at: Us): string => {
  const cutoff = rfc3339(cutoffUs(at))
  return JSON.stringify({
    market_positions_last_updated_ts: cutoff,
    market_settled_ts: cutoff,
    orders_updated_ts: rfc3339(Math.floor(at / DAY) * DAY - 14 * DAY),
    trades_created_ts: cutoff
  })
}

const wantsSeries = (params: URLSearchParams, at: Us): ((series: Series) => boolean) => {
  const category = params.get("category")
  const tags = params.get("tags")?.split(",")
  const since = params.get("min_updated_ts")
  return (series) =>
    (!category || series.kind.category === category) &&
    (tags === undefined || (series.kind.tags?.some((tag) => tags.includes(tag)) ?? false)) &&
    (!since || seriesUpdatedAt(series, at) >= Number(since) * SECOND)
}

export const universeRouter = (board: Board): Router => {
  const one: Readonly<Record<string, Router>> = {
    markets: (ticker, _, at) => {
      const row = board.find(ticker)
      if (row === undefined || row.market.createdUs > at) return NOT_FOUND
      return ok(`{"market":${board.textOf(row, at).toString()}}`)
    },
    events: (ticker, params, at) => {
      const row = board.eventByTicker.get(ticker)
      if (row === undefined || row.event.createdUs > at) return NOT_FOUND
      if (params.get("with_nested_markets") === "true")
        return ok(`{"event":${eventText(board, row, at, true)}}`)
      return ok(`{"event":${eventText(board, row, at, false)},"markets":[${childTexts(board, row, at)}]}`)
    },
    series: (ticker, params, at) => {
      const series = board.seriesByTicker.get(ticker)
      if (series === undefined) return NOT_FOUND
      return ok(JSON.stringify({ series: seriesDraft(series, at, params.get("include_volume") === "true") }))
    }
  }

  const all: Readonly<Record<string, Router>> = {
    "/markets": (_, params, at) =>
      Either.match(marketsQuery(params), {
        onLeft: badRequest,
        onRight: (query) => ok(marketsBody(board, query, at), 15)
      }),
    "/events": (_, params, at) =>
      Either.match(eventsQuery(params), {
        onLeft: badRequest,
        onRight: (query) => ok(eventsBody(board, query, at))
      }),
    "/series": (_, params, at) => {
      const volume = params.get("include_volume") === "true"
      const series = board.series.filter(wantsSeries(params, at)).map((row) => seriesDraft(row, at, volume))
      return ok(JSON.stringify({ series }), 15)
    },
    "/exchange/status": (_, __, at) => ok(statusBody(at), 1),
    "/exchange/schedule": () => ok(SCHEDULE),
    "/historical/cutoff": (_, __, at) => ok(cutoffBody(at), 1),
    "/account/endpoint_costs": () => ok(ENDPOINT_COSTS)
  }

  return (path, params, at) => {
    board.advanceTo(at)
    const [, root, ticker, ...rest] = path.split("/")
    if (root !== undefined && ticker !== undefined && rest.length === 0) {
      const single = one[root]
      if (single !== undefined) return single(decodeURIComponent(ticker), params, at)
    }
    return all[path]?.(path, params, at) ?? NOT_FOUND
  }
}
