/**
 * A small universe of markets over two hours: what was received and when, and how each run ended. `expected.ts` answers
 * questions about it without any table.
 */
import type { Observation } from "../../../../src/domain/observation.ts"
import { isoMicros, slotText } from "../../../../src/domain/units/time.ts"
import { SLOT } from "../../sqlite/support.ts"

export const INTERVAL = 900
export const SLOTS = 8
export const TICKERS = 12

/** No listing brings the last market, and no status of the exchange lists the last shard. */
export const NEVER_LISTED = TICKERS - 1
export const SHARDS = [0, 2, 9]

export const shardOf = (ticker: string): number => SHARDS[Number(ticker.split("-")[1]) % SHARDS.length] ?? 0

export const EVENT = "KXA-26NOV22"
export const SERIES = "KXA"

/** Times are microseconds since 1970. */
export interface Described {
  readonly at: number
  readonly ticker: string
  readonly status: string
  readonly openTime: number
  readonly closeTime: number
}

export interface Quote {
  readonly at: number
  readonly slot: number
  readonly ticker: string
  /** Cents of YES. */
  readonly bid: number
  readonly ask: number
}

export interface Book {
  readonly at: number
  readonly slot: number
  readonly ticker: string
  /** Cents and contracts of each bid. */
  readonly yes: ReadonlyArray<readonly [number, number]>
  readonly no: ReadonlyArray<readonly [number, number]>
}

export interface Run {
  readonly feed: string
  /** Seconds since 1970. */
  readonly slot: number
  /** `null` of a run by `--once`. */
  readonly interval: number | null
  readonly status: "complete" | "failed" | "missed" | "skipped" | "running"
  readonly finished?: number
}

export interface Trade {
  readonly id: string
  readonly ticker: string
  readonly at: number
  /** Cents of YES. */
  readonly price: number
}

/** A backfill of trades. Times are seconds since 1970. */
export interface Backfill {
  /** When it was asked for. */
  readonly slot: number
  readonly from: number | null
  readonly to: number | null
  /** `null` if it does not name them, but their event or series, or all markets. */
  readonly tickers: ReadonlyArray<string> | null
  readonly by: "event" | "series" | "all"
  readonly isComplete: boolean
}

export interface Universe {
  readonly described: ReadonlyArray<Described>
  readonly quotes: ReadonlyArray<Quote>
  readonly books: ReadonlyArray<Book>
  readonly runs: ReadonlyArray<Run>
  readonly trades: ReadonlyArray<Trade>
  readonly backfills: ReadonlyArray<Backfill>
  readonly exchange: ReadonlyArray<{
    readonly at: number
    readonly slot: number
    /** Of shard 0, of which the exchange's own status is. */
    readonly trading: boolean
    /** Of shard 2. */
    readonly isShardTrading: boolean
  }>
  readonly observations: ReadonlyArray<Observation>
}

export const tickerOf = (n: number): string => `KXA-${n}`
export const slotAt = (k: number): number => SLOT + k * INTERVAL
export const micros = (seconds: number): number => seconds * 1_000_000

/** The `INSERT` of the records of the runs. */
export const insertRuns = ({ runs }: Universe): string =>
  `INSERT INTO collection_runs (feed, slot, interval, started_at, finished_at, status, reason, pages, items, watermark)
   VALUES ${runs
     .map(({ feed, finished, interval, slot, status }) => {
       const ended = finished === undefined ? "NULL" : `'${isoMicros(finished)}'`
       const watermark = status === "complete" ? `'${slotText(slot)}'` : "NULL"
       return `('${feed}', '${slotText(slot)}', ${interval ?? "NULL"}, NULL, ${ended}, '${status}', NULL, 1, 1, ${watermark})`
     })
     .join(", ")}`

/** The `INSERT` of the records of the backfills. */
export const insertBackfills = ({ backfills }: Universe): string =>
  `INSERT INTO backfills (slot, spec, status) VALUES ${backfills
    .map(({ by, from, isComplete, slot, tickers, to }) => {
      const spec = {
        series: by === "series" ? SERIES : null,
        event: by === "event" ? EVENT : null,
        tickers: tickers ?? [],
        from,
        to,
        kinds: ["trades"],
        period: 60
      }
      return `('${slotText(slot)}', '${JSON.stringify(spec)}', '${isComplete ? "complete" : "failed"}')`
    })
    .join(", ")}`
