/**
 * Query parameters as the exchange reads them: an unknown parameter is ignored, a value that it does not
 * accept is a 400, and the words of the status filter differ from the words of the answers' `status`.
 */
import { Either } from "effect"
import type { Us } from "../universe/instant.ts"
import type { Place } from "../universe/order.ts"
import type { MarketStatus } from "../wire/wire.ts"
import { cursorOf, instantOf, limitOf, type Read, setOf, textOf } from "./params.ts"

export type StatusWord = "unopened" | "open" | "paused" | "closed" | "settled"

const FOUND_BY: Readonly<Record<StatusWord, ReadonlyArray<MarketStatus>>> = {
  unopened: ["initialized"],
  open: ["active"],
  paused: ["inactive"],
  closed: ["closed", "determined", "disputed", "amended"],
  settled: ["finalized"]
}

export const finds = (word: StatusWord | undefined, status: MarketStatus): boolean =>
  word === undefined || FOUND_BY[word].includes(status)

export type TimeFamily = "created" | "close" | "settled" | "updated"

/** The time ranges of a query, at most one of them given; both ends are included. */
export interface TimeRange {
  readonly family: TimeFamily
  readonly from: Us
  readonly to: Us
}

export interface MarketsQuery {
  readonly limit: number
  readonly after: Place | undefined
  readonly eventTicker: string | undefined
  readonly seriesTicker: string | undefined
  readonly tickers: ReadonlySet<string> | undefined
  readonly status: StatusWord | undefined
  readonly combos: "only" | "exclude" | undefined
  readonly range: TimeRange | undefined
}

export interface CombosQuery {
  readonly limit: number
  readonly after: Place | undefined
  readonly nested: boolean
  readonly seriesTicker: string | undefined
  readonly collectionTicker: string | undefined
}

export interface EventsQuery {
  readonly limit: number
  readonly after: Place | undefined
  readonly nested: boolean
  readonly seriesTicker: string | undefined
  readonly tickers: ReadonlySet<string> | undefined
  readonly status: StatusWord | undefined
  readonly closesAfter: Us | undefined
  readonly updatedSince: Us | undefined
}

const statusOf = (
  params: URLSearchParams,
  words: ReadonlyArray<StatusWord>
): Read<StatusWord | undefined> => {
  const text = textOf(params, "status")
  if (text === undefined) return Either.right(undefined)
  const word = words.find((one) => one === text)
  return word === undefined ? Either.left("invalid status filter") : Either.right(word)
}

const combosOf = (params: URLSearchParams): Read<"only" | "exclude" | undefined> => {
  const text = textOf(params, "mve_filter")
  if (text === undefined || text === "only" || text === "exclude") return Either.right(text)
  return Either.left("invalid mve_filter")
}

const rangeOf = (params: URLSearchParams): Read<TimeRange | undefined> =>
  Either.gen(function* () {
    const given: Array<TimeRange> = []
    for (const family of ["created", "close", "settled", "updated"] as const) {
      const from = yield* instantOf(params, `min_${family}_ts`)
      const to = family === "updated" ? undefined : yield* instantOf(params, `max_${family}_ts`)
      if (from === undefined && to === undefined) continue
      given.push({ family, from: from ?? 0, to: to ?? Number.POSITIVE_INFINITY })
    }
    if (given.length > 1) return yield* Either.left("only one kind of timestamp filter may be used at a time")
    return given[0]
  })

/**
 * The status words that may be combined with each timestamp. Without a status word, every timestamp may be
 * used.
 */
const GOES_WITH: Readonly<Record<TimeFamily, ReadonlyArray<StatusWord>>> = {
  created: ["unopened", "open"],
  close: ["closed", "open"],
  settled: ["settled"],
  updated: []
}

/** Reads the parameters of `/markets`, or returns why they are refused. */
export const marketsQuery = (params: URLSearchParams): Read<MarketsQuery> =>
  Either.gen(function* () {
    const query: MarketsQuery = {
      limit: yield* limitOf(params, 100, 1000),
      after: yield* cursorOf(params),
      eventTicker: textOf(params, "event_ticker"),
      seriesTicker: textOf(params, "series_ticker"),
      tickers: setOf(params, "tickers"),
      status: yield* statusOf(params, ["unopened", "open", "paused", "closed", "settled"]),
      combos: yield* combosOf(params),
      range: yield* rangeOf(params)
    }
    const { range, status } = query
    if (range === undefined) return query
    if (status !== undefined && !GOES_WITH[range.family].includes(status)) {
      return yield* Either.left(`${range.family} timestamps do not go with status ${status}`)
    }
    if (range.family !== "updated") return query
    if (query.eventTicker !== undefined || query.tickers !== undefined || query.combos === "only") {
      return yield* Either.left("min_updated_ts does not go with other filters")
    }
    if (query.seriesTicker !== undefined && query.combos !== "exclude") {
      return yield* Either.left("min_updated_ts with series_ticker requires mve_filter=exclude")
    }
    return query
  })

/** Reads the parameters of `/events`, or returns why they are refused. */
export const eventsQuery = (params: URLSearchParams): Read<EventsQuery> =>
  Either.gen(function* () {
    return {
      limit: yield* limitOf(params, 200, 200),
      after: yield* cursorOf(params),
      nested: params.get("with_nested_markets") === "true",
      seriesTicker: textOf(params, "series_ticker"),
      tickers: setOf(params, "tickers"),
      status: yield* statusOf(params, ["unopened", "open", "closed", "settled"]),
      closesAfter: yield* instantOf(params, "min_close_ts"),
      updatedSince: yield* instantOf(params, "min_updated_ts")
    }
  })

/** Reads the parameters of `/events/multivariate`, or returns why they are refused. */
export const combosQuery = (params: URLSearchParams): Read<CombosQuery> =>
  Either.gen(function* () {
    const query: CombosQuery = {
      limit: yield* limitOf(params, 100, 200),
      after: yield* cursorOf(params),
      nested: params.get("with_nested_markets") === "true",
      seriesTicker: textOf(params, "series_ticker"),
      collectionTicker: textOf(params, "collection_ticker")
    }
    if (query.seriesTicker !== undefined && query.collectionTicker !== undefined)
      return yield* Either.left("series_ticker and collection_ticker are mutually exclusive")
    return query
  })
