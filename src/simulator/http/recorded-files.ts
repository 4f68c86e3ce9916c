/**
 * Reads a directory of recorded answers: the body in each JSON file. Some files are the body, some wrap it
 * under `response`, some are bare lists, or markets keyed by series.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { isNestedWithin } from "../../domain/nesting.ts"

export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject

export interface JsonObject {
  readonly [key: string]: Json
}

/** A page of a list, with the file's own text if the file contains that page and nothing else. */
export interface RecordedPage {
  readonly items: ReadonlyArray<JsonObject>
  readonly text: string | undefined
  /** The recorded cursor; undefined if the body had none. */
  readonly cursor: string | undefined
}

export interface Recording {
  readonly markets: Array<RecordedPage>
  readonly events: Array<RecordedPage>
  readonly series: Array<RecordedPage>
  /** Whole bodies by path: `/markets/TICKER`, `/exchange/status`. The first file wins. */
  readonly bodies: Map<string, string>
  /** Files that were skipped because their JSON is nested too deeply to be written out again. */
  readonly tooDeep: Array<string>
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const objects = (value: Json | undefined): ReadonlyArray<JsonObject> =>
  Array.isArray(value) ? value.filter(isObject) : []

export const stringOf = (value: Json | undefined): string | undefined =>
  typeof value === "string" ? value : undefined

const isMarket = (value: Json | undefined): value is JsonObject =>
  isObject(value) && "ticker" in value && "event_ticker" in value && "status" in value

const LISTS = { markets: "ticker", events: "event_ticker", series: "ticker" } as const

/** Keys that identify the endpoint of a body without items. */
const WHOLE: ReadonlyArray<readonly [key: string, path: string]> = [
  ["schedule", "/exchange/schedule"],
  ["exchange_active", "/exchange/status"],
  ["market_settled_ts", "/historical/cutoff"],
  ["endpoint_costs", "/account/endpoint_costs"]
]

/** Tests that tell items from other lists under the same names, such as candlesticks by market. */
const IS_ITEM = {
  markets: isMarket,
  events: (item: JsonObject) => "event_ticker" in item && "series_ticker" in item,
  series: (item: JsonObject) => "ticker" in item && "frequency" in item
}

const keep = (into: Recording, path: string, text: string): void => {
  if (!into.bodies.has(path)) into.bodies.set(path, text)
}

const takeLists = (into: Recording, body: JsonObject, text: string | undefined): void => {
  // A body that has both (an old single event, or a capture of two endpoints) is not the page of either.
  const own = !("events" in body && "markets" in body) && !("event" in body) ? text : undefined
  for (const list of ["markets", "events", "series"] as const) {
    const items = objects(body[list]).filter(IS_ITEM[list])
    if (items.length === 0 || ("event" in body && list === "markets")) continue
    into[list].push({ items, text: own, cursor: stringOf(body.cursor) })
  }
}

const take = (into: Recording, body: Json, text: string | undefined): void => {
  if (Array.isArray(body)) {
    const items = body.filter(isMarket)
    if (items.length > 0) into.markets.push({ items, text: undefined, cursor: undefined })
    return
  }
  if (!isObject(body)) return
  const own = text ?? JSON.stringify(body)
  takeLists(into, body, text)
  const { event, market, series } = body
  if (isObject(market)) keep(into, `/markets/${stringOf(market.ticker)}`, own)
  if (isObject(event)) keep(into, `/events/${stringOf(event.event_ticker)}`, own)
  if (isObject(series)) keep(into, `/series/${stringOf(series.ticker)}`, own)
  for (const [key, path] of WHOLE) if (key in body) keep(into, path, own)
  if (isMarket(body)) into.markets.push({ items: [body], text: undefined, cursor: undefined })
  const bySeries = Object.values(body)
  if (bySeries.every((one) => Array.isArray(one) && one.every(isMarket))) {
    const items = bySeries.flatMap(objects)
    if (items.length > 0) into.markets.push({ items, text: undefined, cursor: undefined })
  }
}

/**
 * The deepest nesting of a file. The exchange's answers have six or seven levels; a thousand overflow the
 * stack of JSON.stringify.
 */
const FILE_LEVELS_MAX = 64

/** Reads the directory. Throws if a file cannot be read; a file that is not JSON is skipped. */
export const readRecording = (directory: string): Recording => {
  const recording: Recording = { markets: [], events: [], series: [], bodies: new Map(), tooDeep: [] }
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" })
  for (const file of files.filter((name) => name.endsWith(".json")).sort()) {
    const text = readFileSync(join(directory, file), "utf8")
    const parsed = parse(text)
    if (!isNestedWithin(parsed, FILE_LEVELS_MAX)) recording.tooDeep.push(file)
    else if (isObject(parsed) && isObject(parsed.response)) take(recording, parsed.response, undefined)
    else take(recording, parsed, text)
  }
  // An object that appears in a list can be requested alone, unless it was recorded alone too.
  for (const [list, key] of Object.entries(LISTS) as ReadonlyArray<[keyof typeof LISTS, string]>) {
    for (const item of recording[list].flatMap((page) => page.items)) {
      const name = list === "series" ? "series" : list.slice(0, -1)
      keep(recording, `/${list}/${stringOf(item[key])}`, JSON.stringify({ [name]: item }))
    }
  }
  return recording
}

const parse = (text: string): Json => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
