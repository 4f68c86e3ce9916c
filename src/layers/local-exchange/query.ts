/**
 * Query parameters as the exchange reads them: a parameter it does not know is ignored without a word, a value it
 * does not like is a 400, and filter words are not the words of the answers' `status`.
 */
import { Either } from "effect"
import type { Place } from "./board.ts"
import { decodeCursor } from "./cursor.ts"
import { SECOND, type Us } from "./instant.ts"
import type { MarketStatus } from "./wire.ts"

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

/** At most one of the time families, both ends included. */
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

type Read<A> = Either.Either<A, string>

/** An empty value counts as none. */
const textOf = (params: URLSearchParams, name: string): string | undefined => params.get(name) || undefined

const setOf = (params: URLSearchParams, name: string): ReadonlySet<string> | undefined => {
  const text = textOf(params, name)
  return text === undefined ? undefined : new Set(text.split(","))
}

const wholeNumber = (params: URLSearchParams, name: string): Read<number | undefined> => {
  const text = textOf(params, name)
  if (text === undefined) return Either.right(undefined)
  return /^\d{1,12}$/.test(text) ? Either.right(Number(text)) : Either.left(`invalid ${name}`)
}

const limitOf = (params: URLSearchParams, usual: number, most: number): Read<number> =>
  Either.flatMap(wholeNumber(params, "limit"), (limit) => {
    if (limit === undefined) return Either.right(usual)
    return limit >= 1 && limit <= most
      ? Either.right(limit)
      : Either.left(`limit must be between 1 and ${most}`)
  })

const cursorOf = (params: URLSearchParams): Read<Place | undefined> => {
  const text = textOf(params, "cursor")
  if (text === undefined) return Either.right(undefined)
  const place = decodeCursor(text)
  return place === undefined ? Either.left("invalid cursor") : Either.right(place)
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
      const from = yield* wholeNumber(params, `min_${family}_ts`)
      const to = family === "updated" ? undefined : yield* wholeNumber(params, `max_${family}_ts`)
      if (from === undefined && to === undefined) continue
      given.push({
        family,
        from: from === undefined ? 0 : from * SECOND,
        to: to === undefined ? Number.POSITIVE_INFINITY : to * SECOND
      })
    }
    if (given.length > 1) return yield* Either.left("only one kind of timestamp filter may be used at a time")
    return given[0]
  })

/** Which status words go with which timestamps; none of them goes with all. */
const GOES_WITH: Readonly<Record<TimeFamily, ReadonlyArray<StatusWord>>> = {
  created: ["unopened", "open"],
  close: ["closed", "open"],
  settled: ["settled"],
  updated: []
}

/** Reads what `/markets` is asked, or says why not. */
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

/** Reads what `/events` is asked, or says why not. */
export const eventsQuery = (params: URLSearchParams): Read<EventsQuery> =>
  Either.gen(function* () {
    const closesAfter = yield* wholeNumber(params, "min_close_ts")
    const updatedSince = yield* wholeNumber(params, "min_updated_ts")
    return {
      limit: yield* limitOf(params, 200, 200),
      after: yield* cursorOf(params),
      nested: params.get("with_nested_markets") === "true",
      seriesTicker: textOf(params, "series_ticker"),
      tickers: setOf(params, "tickers"),
      status: yield* statusOf(params, ["unopened", "open", "closed", "settled"]),
      closesAfter: closesAfter === undefined ? undefined : closesAfter * SECOND,
      updatedSince: updatedSince === undefined ? undefined : updatedSince * SECOND
    }
  })
