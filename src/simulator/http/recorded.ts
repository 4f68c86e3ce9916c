/** Serves recorded answers: lists page by page in the order of the files, single objects by ticker. */
import { Data, Effect } from "effect"
import { type Answer, badRequest, NOT_FOUND, ok } from "./answer.ts"
import { type JsonObject, type RecordedPage, readRecording, stringOf } from "./recorded-files.ts"
import type { Router } from "./routes.ts"

export class RecordingUnreadable extends Data.TaggedError("RecordingUnreadable")<{
  readonly directory: string
  readonly reason: string
}> {
  override get message(): string {
    return `cannot read recorded answers from ${this.directory}: ${this.reason}`
  }
}

/**
 * The filter's status words, and the statuses of all eras that they match: before 2025 a paid market was
 * `settled`.
 */
const STATUSES: Readonly<Record<string, ReadonlyArray<string>>> = {
  unopened: ["initialized"],
  open: ["active", "open"],
  paused: ["inactive"],
  closed: ["closed", "determined", "disputed", "amended"],
  settled: ["finalized", "settled"]
}

const isCombo = (item: JsonObject): boolean =>
  (stringOf(item.ticker) ?? "").startsWith("KXMVE") || item.mve_collection_ticker !== undefined

const settledSince = (item: JsonObject, seconds: string): boolean => {
  const settled = stringOf(item.settlement_ts)
  // Older eras have no settlement time, so such a row is never filtered out by it.
  return settled === undefined || Date.parse(settled) >= Number(seconds) * 1000
}

const children = (item: JsonObject): ReadonlyArray<JsonObject> => {
  const { markets } = item
  return Array.isArray(markets) ? markets.filter((one) => typeof one === "object" && one !== null) : []
}

const statusFits = (item: JsonObject, statuses: ReadonlyArray<string>): boolean => {
  const own = stringOf(item.status)
  if (own !== undefined) return statuses.includes(own)
  const nested = children(item)
  return nested.length === 0 || nested.some((one) => statuses.includes(stringOf(one.status) ?? ""))
}

/** Returns a test of what a query selects. Filters that old recordings cannot decide select everything. */
const fits = (params: URLSearchParams, key: string): ((item: JsonObject) => boolean) => {
  const [event, series, tickers] = [
    params.get("event_ticker"),
    params.get("series_ticker"),
    params.get("tickers")
  ]
  const statuses = STATUSES[params.get("status") ?? ""]
  const combos = params.get("mve_filter")
  const since = params.get("min_settled_ts")
  return (item) =>
    (statuses === undefined || statusFits(item, statuses)) &&
    (!event || item.event_ticker === event) &&
    (!series || (stringOf(item.event_ticker) ?? "").startsWith(`${series}-`)) &&
    (!tickers || tickers.split(",").includes(stringOf(item[key]) ?? "")) &&
    (combos !== "exclude" || !isCombo(item)) &&
    (combos !== "only" || isCombo(item)) &&
    (!since || settledSince(item, since))
}

const cursorTo = (page: number): string => Buffer.from(`page ${page}`).toString("base64")

const pageOfCursor = (cursor: string | null): number | undefined => {
  if (!cursor) return 0
  const [, page] = /^page (\d+)$/.exec(Buffer.from(cursor, "base64").toString()) ?? []
  return page === undefined ? undefined : Number(page)
}

const bodyOf = (
  list: string,
  page: RecordedPage,
  items: ReadonlyArray<JsonObject>,
  cursor: string
): string => {
  if (page.text === undefined || page.cursor === undefined || items.length < page.items.length) {
    return JSON.stringify({ cursor, [list]: items })
  }
  // The page is byte for byte as recorded, except for its cursor.
  const recorded = JSON.stringify(page.cursor)
  return page.text.replace(/("cursor"\s*:\s*)("[^"]*")/g, (found, key: string, value: string) =>
    value === recorded ? `${key}${JSON.stringify(cursor)}` : found
  )
}

const listed = (
  list: "markets" | "events",
  pages: ReadonlyArray<RecordedPage>,
  params: URLSearchParams
): Answer => {
  const asked = pageOfCursor(params.get("cursor"))
  if (asked === undefined) return badRequest("invalid cursor")
  const word = params.get("status")
  if (word && STATUSES[word] === undefined) return badRequest("invalid status filter")
  const wanted = fits(params, list === "markets" ? "ticker" : "event_ticker")
  const seen = pages
    .map((page, n) => ({ page, n, items: page.items.filter(wanted) }))
    .filter(({ items, n }) => n >= asked && items.length > 0)
  const [first, next] = seen
  if (first === undefined) return ok(JSON.stringify({ cursor: "", [list]: [] }))
  return ok(bodyOf(list, first.page, first.items, next === undefined ? "" : cursorTo(next.n)), 15)
}

export const recordedRouter = (directory: string): Effect.Effect<Router, RecordingUnreadable> =>
  Effect.try({
    try: () => readRecording(directory),
    catch: (cause) => new RecordingUnreadable({ directory, reason: String(cause) })
  }).pipe(
    Effect.tap(({ tooDeep }) =>
      Effect.forEach(tooDeep, (file) =>
        Effect.logWarning(`passed over ${file} in ${directory}: its JSON is nested too deeply to be served`)
      )
    ),
    Effect.filterOrFail(
      ({ bodies, events, markets, series }) =>
        bodies.size + events.length + markets.length + series.length > 0,
      () =>
        new RecordingUnreadable({
          directory,
          reason:
            "no file there is a recorded answer of the exchange, in JSON and with a name that ends with .json"
        })
    ),
    Effect.map((recording): Router => {
      const series = recording.series.flatMap((page) => page.items)
      const [only, second] = recording.series
      const seriesBody =
        only?.text !== undefined && second === undefined ? only.text : JSON.stringify({ series })
      return (path, params) => {
        if (path === "/markets") return listed("markets", recording.markets, params)
        if (path === "/events") return listed("events", recording.events, params)
        if (path === "/series") return ok(seriesBody, 15)
        const body = recording.bodies.get(decodeURIComponent(path))
        return body === undefined ? NOT_FOUND : ok(body)
      }
    })
  )
