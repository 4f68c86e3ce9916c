/** The changes of fees as the exchange lists them: of series in one answer, of events to come in pages. */
import { Either } from "effect"
import { pageOf } from "../http/paging.ts"
import { cursorOf, limitOf, type Read, textOf } from "../http/params.ts"
import type { Board } from "../universe/board.ts"
import { hex } from "../universe/chance.ts"
import { type EventFeeChange, eventFeeChanges, seriesFeeChanges } from "../universe/fees.ts"
import { rfc3339, type Us } from "../universe/instant.ts"
import type { Series } from "../universe/lanes.ts"
import { ascending, type Order } from "../universe/order.ts"
import type { EventFeeChangeJson, SeriesFeeChangeJson } from "./wire.ts"

export const seriesFeesBody = (all: ReadonlyArray<Series>, params: URLSearchParams, at: Us): string => {
  const made = params.get("show_historical") === "true"
  const ticker = textOf(params, "series_ticker")
  const changes = all
    .filter((series) => ticker === undefined || series.ticker === ticker)
    .flatMap((series) => seriesFeeChanges(series, at, made))
    .map(
      ({ atUs, fee, key, series }): SeriesFeeChangeJson => ({
        fee_multiplier: fee.multiplier,
        fee_type: fee.type,
        id: hex(key),
        scheduled_ts: rfc3339(atUs),
        series_ticker: series.ticker
      })
    )
  return JSON.stringify({ series_fee_change_arr: changes })
}

const BY_SCHEDULE: Order<EventFeeChange> = { atUs: ({ atUs }) => atUs, ticker: ({ event }) => event.ticker }

const eventFeeJson = ({ atUs, event, fee, key }: EventFeeChange): EventFeeChangeJson => ({
  event_ticker: event.ticker,
  fee_multiplier_override: fee?.multiplier ?? null,
  fee_type_override: fee?.type ?? null,
  id: hex(key),
  scheduled_ts: rfc3339(atUs),
  series_ticker: event.lane.series.ticker
})

/** Builds a page of the changes of events that are still to come, or returns why the request is refused. */
export const eventFeesBody = (board: Board, params: URLSearchParams, at: Us): Read<string> =>
  Either.gen(function* () {
    const limit = yield* limitOf(params, 100, 100)
    const after = yield* cursorOf(params)
    const ticker = textOf(params, "event_ticker")
    const changes = board.events
      .filter(({ event }) => event.createdUs <= at && (ticker === undefined || event.ticker === ticker))
      .flatMap(({ event }) => eventFeeChanges(event))
      .filter(({ atUs }) => atUs > at)
      .sort(ascending(BY_SCHEDULE))
    const page = pageOf({ chunks: [changes], order: BY_SCHEDULE, wanted: () => true }, limit, after)
    return JSON.stringify({ cursor: page.cursor, event_fee_changes: page.items.map(eventFeeJson) })
  })
