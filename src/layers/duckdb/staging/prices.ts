/**
 * `price_snapshots` from the tables beneath its view: rows of numbers, with each ticker once beside them.
 * DuckDB joins and sorts them, and takes the midpoint and the spread as the view does, in decimals.
 */
import { DuckDBDataChunk, INTEGER, VARCHAR } from "@duckdb/node-api"
import { Effect } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { priceSnapshots } from "../../../domain/read/prices/table.ts"
import type { Pending, Snapshot, SqliteRow } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import { makePriceBatches, QUOTES, SLICE_ROWS, shapeOf, sliceSql } from "./price-batch.ts"
import { micros } from "./rows.ts"
import { viewSql } from "./stage.ts"
import { assignText, CHUNK_ROWS, copyValues, vectorOf } from "./vectors.ts"

/** Slices on their way while one is converted; the thread that reads must never wait for us. */
const READ_AHEAD = 4

/** A slot of `price_slots`: its key, and its second. */
export interface PriceSlot {
  readonly slot: number
  readonly seconds: number
  /** `2026-11`, in UTC. */
  readonly month: string
}

const sided = "yes_bid > 0 AND yes_ask < 100"

interface Expression {
  readonly needs: ReadonlyArray<string>
  readonly sql: string
}

/** What each column of the view needs of `price_rows`, and how it is said in DuckDB. */
const EXPRESSIONS: ReadonlyMap<string, Expression> = new Map<string, Expression>([
  ["ticker", { needs: ["market"], sql: "ticker" }],
  ["snapshot_time", { needs: [], sql: "make_timestamptz(slot)" }],
  ...QUOTES.map((name) => [name, { needs: [name], sql: name }] as const),
  [
    "midpoint",
    {
      needs: ["yes_bid", "yes_ask"],
      sql: `CASE WHEN ${sided} THEN ((yes_bid + yes_ask) * 0.5)::DECIMAL(9,5) END`
    }
  ],
  [
    "spread",
    { needs: ["yes_bid", "yes_ask"], sql: `CASE WHEN ${sided} THEN (yes_ask - yes_bid)::DECIMAL(9,4) END` }
  ],
  ["observed_at", { needs: ["seq"], sql: "make_timestamptz(observed)" }]
])

const stagedName = (column: string): string => (column === "seq" ? "observed" : column)

/** The columns of `price_rows` that columns of the view need. */
export const neededOf = (columns: ReadonlyArray<string>): ReadonlyArray<string> => {
  const needed = new Set(columns.flatMap((column) => EXPRESSIONS.get(column)?.needs ?? []))
  return ["market", "seq", ...QUOTES].filter((column) => needed.has(column))
}

/** All slots in the order of time. */
export const readSlots = (snapshot: Snapshot): Effect.Effect<ReadonlyArray<PriceSlot>, StorageFailed> =>
  Effect.flatten(snapshot.ask("SELECT slot, snapshot_time FROM price_slots ORDER BY snapshot_time")).pipe(
    Effect.map((rows) =>
      rows.map(([slot, time]) => ({
        slot: Number(slot),
        seconds: Date.parse(String(time)) / 1000,
        month: String(time).slice(0, 7)
      }))
    )
  )

/** Tickers with their rank in sorting order: sorting by a number is cheaper than sorting by text. */
export const stageTickers = <E>(duck: Duck<E>, snapshot: Snapshot): Effect.Effect<void, E | StorageFailed> =>
  Effect.gen(function* () {
    yield* duck.run(
      "CREATE OR REPLACE TABLE staged.market_numbers (market INTEGER, rank INTEGER, ticker VARCHAR)"
    )
    const next = yield* snapshot.open("SELECT market, ticker FROM market_numbers ORDER BY ticker")
    const appender = yield* duck.appender("market_numbers")
    let rank = 0
    let pending = yield* next(CHUNK_ROWS)
    for (;;) {
      const rows: ReadonlyArray<SqliteRow> = yield* pending
      if (rows.length === 0) return
      pending = yield* next(CHUNK_ROWS)
      yield* duck.attempt(() => appender.appendDataChunk(tickerChunk(rows, rank)))
      rank += rows.length
    }
  }).pipe(Effect.scoped)

const tickerChunk = (rows: ReadonlyArray<SqliteRow>, firstRank: number): DuckDBDataChunk => {
  const chunk = DuckDBDataChunk.create([INTEGER, INTEGER, VARCHAR], rows.length)
  copyValues(
    vectorOf(chunk, 0),
    Int32Array.from(rows, ([market]) => Number(market)),
    0,
    rows.length
  )
  copyValues(
    vectorOf(chunk, 1),
    Int32Array.from(rows, (_, at) => firstRank + at),
    0,
    rows.length
  )
  const tickers = vectorOf(chunk, 2)
  for (const [at, [, ticker]] of rows.entries()) assignText(tickers, at, String(ticker))
  return chunk
}

/** Bounds of the slices of a slot: the market before the first, then the last of each, null at the end. */
const BOUNDS = `
  WITH RECURSIVE bounds (market) AS (
    SELECT -1
    UNION ALL
    SELECT (
      SELECT p.market FROM price_rows p
      WHERE p.slot = ? AND p.market > bounds.market ORDER BY p.market LIMIT 1 OFFSET ${SLICE_ROWS - 1}
    )
    FROM bounds WHERE bounds.market IS NOT NULL
  )
  SELECT market FROM bounds`

const PAGES = "SELECT seq, observed_at FROM price_pages WHERE seq >= ? ORDER BY seq LIMIT 5000"

interface AskedSlice {
  readonly slot: PriceSlot
  /** Slots before this one. */
  readonly index: number
  readonly pending: Pending
}

export interface StagePricesOptions<E> {
  readonly duck: Duck<E>
  readonly snapshot: Snapshot
  readonly slots: ReadonlyArray<PriceSlot>
  /** Columns of `price_rows`, from `neededOf`. */
  readonly columns: ReadonlyArray<string>
  /** Called with the rows and the slots read so far. */
  readonly onRows: (rows: number, slots: number) => Effect.Effect<void>
}

/** Reads the rows of some slots into `staged.price_rows`; answers how many there were. */
export const stagePrices = <E>(options: StagePricesOptions<E>): Effect.Effect<number, E | StorageFailed> =>
  Effect.gen(function* () {
    const { duck, snapshot, slots, columns } = options
    const definitions = columns.map((column) => `${stagedName(column)} ${shapeOf(column).sql}`)
    yield* duck.run(
      `CREATE OR REPLACE TABLE staged.price_rows (${["slot BIGINT", ...definitions].join(", ")})`
    )
    const appender = yield* duck.appender("price_rows")
    const times = new Map<number, number>()
    const batches = makePriceBatches(columns, times)
    const sql = sliceSql(columns)
    const asked: Array<AskedSlice> = []
    let read = 0

    // Pages are numbered in the order of time, so the ones that follow are wanted next.
    const learnTimes = (slice: SqliteRow): Effect.Effect<void, E | StorageFailed> =>
      Effect.gen(function* () {
        for (const seq of yield* duck.attempt(() => batches.unknownPages(slice))) {
          if (times.has(seq)) continue
          const rows = yield* Effect.flatten(snapshot.ask(PAGES, [seq]))
          yield* duck.attempt(() => {
            for (const [page, time] of rows) times.set(Number(page), Number(micros(String(time))))
          })
          if (times.has(seq)) continue
          yield* new StorageFailed({ operation: "reading prices", why: `price_pages lacks page ${seq}` })
        }
      })

    const takeOldest = Effect.gen(function* () {
      const oldest = asked.shift()
      if (oldest === undefined) return
      const [slice] = yield* oldest.pending
      if (slice === undefined || slice[0] === 0) return
      yield* learnTimes(slice)
      yield* duck.attempt(() => {
        for (const chunk of batches.chunks(oldest.slot.seconds, slice)) appender.appendDataChunk(chunk)
      })
      read += Number(slice[0])
      yield* options.onRows(read, oldest.index)
    })

    const askBounds = (slot: PriceSlot | undefined): Effect.Effect<Pending> =>
      slot === undefined ? Effect.succeed(Effect.succeed([])) : snapshot.ask(BOUNDS, [slot.slot])

    let bounds = yield* askBounds(slots[0])
    for (const [index, slot] of slots.entries()) {
      const uppers = (yield* bounds).map(([market]) => market)
      bounds = yield* askBounds(slots[index + 1])
      for (let at = 0; at + 1 < uppers.length; at++) {
        const upper = uppers[at + 1] ?? Number.MAX_SAFE_INTEGER
        asked.push({ slot, index, pending: yield* snapshot.ask(sql, [slot.slot, uppers[at] ?? -1, upper]) })
        if (asked.length > READ_AHEAD) yield* takeOldest
      }
    }
    while (asked.length > 0) yield* takeOldest
    yield* duck.attempt(() => appender.flushSync())
    return read
  }).pipe(Effect.scoped)

/** `FROM` clause of the staged prices; the tickers are joined only where they are wanted. */
const priceFrom = (withTickers: boolean): string =>
  withTickers ? "staged.price_rows JOIN staged.market_numbers USING (market)" : "staged.price_rows"

/** The view `price_snapshots` over what is staged. */
export const priceViewSql = (columns: ReadonlyArray<string>): string =>
  viewSql(
    priceSnapshots,
    new Map(columns.map((column) => [column, EXPRESSIONS.get(column)?.sql ?? column])),
    priceFrom(columns.includes("ticker"))
  )

/** All columns in the order of the table, of the rows sorted by `order` (of `rank` and `slot`). */
export const sortedPricesSql = (order: string): string => {
  const columns = Object.keys(priceSnapshots.columns).map(
    (column) => `${EXPRESSIONS.get(column)?.sql} AS ${column}`
  )
  return `SELECT ${columns.join(", ")} FROM (SELECT * FROM ${priceFrom(true)} ORDER BY ${order})`
}
