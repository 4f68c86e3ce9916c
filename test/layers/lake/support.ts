/** The lake of a test's data directory, what its files hold, and answers to fill it with. */
import { join } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"
import { Effect, FastCheck as fc, Layer } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { lakeTables } from "../../../src/domain/read/lake.ts"
import type { PublicTable } from "../../../src/domain/read/view.ts"
import { isoMicros } from "../../../src/domain/units/time.ts"
import { lakePath } from "../../../src/layers/files/data-dir.ts"
import * as SqliteLake from "../../../src/layers/lake/Lake.ts"
import { Lake } from "../../../src/services/Lake.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { liveCandle } from "../../domain/read/wire/other-bodies.ts"
import { stringsTrade } from "../../domain/read/wire/tape-bodies.ts"
import { rowsOf } from "../projector/support.ts"
import { answer, databaseIn, SLOT } from "../sqlite/support.ts"

export const lakeIn = (folder: string) => SqliteLake.layer(folder).pipe(Layer.provide(databaseIn(folder)))

export const flush = (folder: string) =>
  Effect.flatMap(Lake, (lake) => lake.flush).pipe(Effect.provide(lakeIn(folder)))

export const compact = (folder: string) =>
  Effect.flatMap(Lake, (lake) => lake.compact).pipe(Effect.provide(lakeIn(folder)))

/** The rows of a statement of a DuckDB of its own. */
export const duckRows = (sql: string, database = ":memory:") =>
  Effect.promise(async () => {
    const instance = await DuckDBInstance.create(database)
    const connection = await instance.connect()
    try {
      await connection.run("SET TimeZone = 'UTC'")
      return (await connection.runAndReadAll(sql)).getRowObjectsJson()
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  })

export const pathsOf = (folder: string, table: string): ReadonlyArray<string> =>
  rowsOf(
    folder,
    `SELECT path FROM lake_files WHERE table_name = '${table}' AND retired_at IS NULL ORDER BY path`
  ).map(({ path }) => String(path))

/** Selects the columns of a table from Parquet as SQLite's view has them. */
const asInSqlite = ({ columns }: PublicTable) =>
  Object.entries(columns)
    .map(([name, kind]) => {
      if (kind === "slot") return `strftime(${name}, '%Y-%m-%dT%H:%M:%SZ') AS ${name}`
      if (kind === "time") return `strftime(${name}, '%Y-%m-%dT%H:%M:%S.%fZ') AS ${name}`
      if (kind === "cents" || kind === "contracts" || kind === "real") return `${name}::DOUBLE AS ${name}`
      return kind === "flag" ? `${name}::INTEGER AS ${name}` : name
    })
    .join(", ")

/** The rows of a list of files, as text, sorted. Whole numbers come from DuckDB as texts. */
const rowsIn = (folder: string, table: PublicTable, paths: ReadonlyArray<string>) =>
  paths.length === 0
    ? Effect.succeed([])
    : Effect.map(
        duckRows(
          `SELECT ${asInSqlite(table)} FROM read_parquet([${paths.map((path) => `'${join(lakePath(folder), path)}'`).join(", ")}], hive_partitioning = false)`
        ),
        (rows) => rows.map((row) => lineOf(table, row)).sort()
      )

const lineOf = ({ columns }: PublicTable, row: Readonly<Record<string, unknown>>) =>
  JSON.stringify(
    Object.entries(columns).map(([name, kind]) =>
      kind === "integer" && row[name] !== null ? Number(row[name]) : row[name]
    )
  )

/** What the current files of the lake hold, by table. */
export const inLake = (folder: string) =>
  Effect.map(
    Effect.forEach(lakeTables, ({ table }) =>
      Effect.map(rowsIn(folder, table, pathsOf(folder, table.name)), (rows) => [table.name, rows] as const)
    ),
    Object.fromEntries<ReadonlyArray<string>>
  )

/** What the views of SQLite hold, by table. */
export const inTables = (folder: string): Readonly<Record<string, ReadonlyArray<string>>> =>
  Object.fromEntries(
    lakeTables.map(({ table }) => [
      table.name,
      rowsOf(folder, `SELECT * FROM ${table.name}`)
        .map((row) => lineOf(table, row))
        .sort()
    ])
  )

const utf8 = new TextEncoder()
const json = (body: unknown): Uint8Array => utf8.encode(JSON.stringify(body))

const DAY = 86_400

/** Slots of three months, the last second of a month among them. */
const slot = fc.constantFrom(SLOT, SLOT + 900, SLOT + 9 * DAY - 1, SLOT + 20 * DAY, SLOT - 40 * DAY)

const tickers = ["KXA-T1", "KXA-T2", "KXÜ-☂"]
const ticker = fc.constantFrom(...tickers)

type Said = Partial<Observation>

export const pricesAt = (slot: number, quotes: ReadonlyArray<readonly [string, string]>): Said => ({
  slot,
  body: json({
    markets: quotes.map(([ticker, yes_bid_dollars]) => stringsMarket({ ticker, yes_bid_dollars })),
    cursor: ""
  })
})

const price = fc.constantFrom("0.0100", "0.069", "0.4149", "0.9990")

const prices = fc
  .record({ slot, quotes: fc.array(fc.tuple(ticker, price), { maxLength: 4 }) })
  .map(({ quotes, slot }) => pricesAt(slot, quotes))

const levels = fc.uniqueArray(
  fc.tuple(fc.constantFrom("0.0001", "0.0690", "0.4000"), fc.constantFrom("0.01", "1209.98")),
  { selector: ([price]) => price }
)

type Levels = ReadonlyArray<readonly [string, string]>

export const booksAt = (
  slot: number,
  books: ReadonlyArray<{ readonly ticker: string; readonly yes: Levels; readonly no: Levels }>
): Said => ({
  feed: "orderbooks",
  endpoint: "GET /markets/orderbooks",
  request: "/markets/orderbooks?tickers=A",
  slot,
  body: json({
    orderbooks: books.map(({ no, ticker, yes }) => ({
      ticker,
      orderbook_fp: { yes_dollars: yes, no_dollars: no }
    }))
  })
})

const books = fc
  .record({
    slot,
    books: fc.array(fc.record({ ticker, yes: levels, no: levels }), { maxLength: 3 })
  })
  .map(({ books, slot }) => booksAt(slot, books))

export const tradesOf = (trades: ReadonlyArray<Readonly<Record<string, unknown>>>): Said => ({
  feed: "trades",
  endpoint: "GET /markets/trades",
  request: "/markets/trades?limit=1000",
  body: json({ trades: trades.map((trade) => stringsTrade(trade)), cursor: "" })
})

/** A trade has one of three spellings of its time, so that it is sent finer, coarser and the same again. */
const trade = fc
  .record({
    n: fc.integer({ min: 0, max: 9 }),
    digits: fc.constantFrom(0, 3, 6),
    count_fp: fc.constantFrom("8.94", "1.00")
  })
  .map(({ count_fp, digits, n }) => {
    const time = isoMicros((SLOT + (n % 3) * 7 * DAY) * 1_000_000 + n * 123_457)
    const created_time = digits === 6 ? time : `${time.slice(0, digits === 0 ? 19 : 23)}Z`
    return { trade_id: `trade-${n}`, ticker: tickers[n % tickers.length], created_time, count_fp }
  })

const trades = fc.array(trade, { maxLength: 5 }).map(tradesOf)

const candles = fc
  .record({
    ticker,
    minutes: fc.constantFrom(1, 60),
    ends: fc.uniqueArray(slot, { maxLength: 3 }),
    volume_fp: fc.constantFrom("1.00", "7.25")
  })
  .map(
    ({ ends, minutes, ticker, volume_fp }): Said => ({
      feed: "candlesticks",
      endpoint: "GET /markets/candlesticks",
      request: `/markets/candlesticks?period_interval=${minutes}`,
      body: json({
        markets: [
          {
            market_ticker: ticker,
            candlesticks: ends.map((end_period_ts) => liveCandle({ end_period_ts, volume_fp }))
          }
        ]
      })
    })
  )

/** Answers with facts of a few keys, in several months, again and again. Each has a key of its own in the log. */
export const said: fc.Arbitrary<Said> = fc.oneof(prices, books, trades, candles)

/** Makes the answers with the numbers from `first` on. */
export const answers = (first: number, said: ReadonlyArray<Said>): ReadonlyArray<Observation> =>
  said.map((but, index) => answer(first + index, but))
