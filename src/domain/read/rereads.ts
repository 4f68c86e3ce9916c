/**
 * Facts that are asked for again: the tables have the last reading of them, and the log has those before it. Which
 * answers can hold a reading of a fact follows from what was asked for.
 */
import { candleEndpoints, parametersOf } from "./candlesticks/projection.ts"
import { candleRows, candlesticks } from "./candlesticks/table.ts"
import { type HotTable, hotTables } from "./retention.ts"
import type { FactTable } from "./table.ts"
import { tradeEndpoints } from "./trades/projection.ts"
import { tradeRows, trades } from "./trades/table.ts"
import type { PublicTable, View } from "./view.ts"

/** The markets and times of a request, in microseconds since 1970. Its answer has facts of no other ones. */
export interface Asked {
  /** The markets, if the request names them. */
  readonly tickers: ReadonlyArray<string> | undefined
  readonly from: number
  readonly to: number
}

/** A table whose facts are read again. */
export interface Reread {
  readonly hot: HotTable
  /** The stored table of the facts. */
  readonly rows: FactTable
  /** The columns of the stored table by the names that the public table has for them, where they differ. */
  readonly stored: Readonly<Record<string, string>>
  /** The endpoints of the answers that hold the facts. */
  readonly endpoints: ReadonlyArray<string>
  readonly asked: (request: string) => Asked
  /** By how much two readings of a fact may differ in its time, in microseconds. */
  readonly around: number
  /** How long after an answer the time of a fact in it may lie, in microseconds. */
  readonly ahead: number
}

const MICROS = 1_000_000
const HOUR_MICROS = 3600 * MICROS
/** The longest period of a candle: a day on which New York sets its clocks back. */
const PERIOD_SECONDS = 25 * 3600

const hotOf = (view: View): HotTable => {
  const found = hotTables.find(({ lake }) => lake.table === view)
  if (found === undefined) throw new Error(`${view.name} is not in the lake`)
  return found
}

const queryOf = (request: string): URLSearchParams => new URLSearchParams(request.split("?")[1] ?? "")

/** Returns the microseconds of a parameter in seconds that is moved by some seconds, or the other value without one. */
const microsOf = (query: URLSearchParams, name: string, movedBy: number, otherwise: number): number => {
  const seconds = Number.parseInt(query.get(name) ?? "", 10)
  return Number.isNaN(seconds) ? otherwise : (seconds + movedBy) * MICROS
}

/** Both ends of the times that a request names belong to it, and the exchange counts in whole seconds. */
const tradesAsked = (request: string): Asked => {
  const query = queryOf(request)
  const ticker = query.get("ticker")
  return {
    tickers: ticker === null ? undefined : [ticker],
    from: microsOf(query, "min_ts", -1, 0),
    to: microsOf(query, "max_ts", 1, Number.MAX_SAFE_INTEGER)
  }
}

/** A request may bring the candle before its first one too, and one that has not ended. */
const candlesAsked = (request: string): Asked => {
  const query = queryOf(request)
  const { ticker } = parametersOf({ request })
  return {
    tickers: ticker === undefined ? query.get("market_tickers")?.split(",") : [ticker],
    from: microsOf(query, "start_ts", -PERIOD_SECONDS, 0),
    to: microsOf(query, "end_ts", PERIOD_SECONDS, Number.MAX_SAFE_INTEGER)
  }
}

const rereads: ReadonlyArray<Reread> = [
  {
    hot: hotOf(trades),
    rows: tradeRows,
    stored: { ticker: "market", created_time: "created" },
    endpoints: tradeEndpoints,
    asked: tradesAsked,
    // The time may be sent with more or fewer digits.
    around: MICROS - 1,
    ahead: HOUR_MICROS
  },
  {
    hot: hotOf(candlesticks),
    rows: candleRows,
    stored: { ticker: "market", end_time: "end_seconds" },
    endpoints: candleEndpoints,
    asked: candlesAsked,
    around: 0,
    ahead: PERIOD_SECONDS * MICROS + HOUR_MICROS
  }
]

/** Returns how the facts of a table are read again, or `undefined` if each of them is read once. */
export const rereadOf = (table: PublicTable): Reread | undefined =>
  rereads.find(({ hot }) => hot.lake.table === table)
