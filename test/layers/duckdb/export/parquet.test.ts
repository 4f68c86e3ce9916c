import { readdirSync } from "node:fs"
import { join } from "node:path"
import { quotedString } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck } from "effect"
import { publicTables } from "../../../../src/domain/read/catalog.ts"
import * as Exporter from "../../../../src/layers/duckdb/export/Exporter.ts"
import {
  addMarket,
  addPrice,
  insert,
  readAll,
  scopedDataDir,
  scopedFolder,
  scopedReader
} from "../support.ts"

const NOVEMBER = Date.parse("2026-11-30T23:45:00Z") / 1000
const DECEMBER = Date.parse("2026-12-01T00:00:00Z") / 1000

const price = FastCheck.option(
  FastCheck.integer({ min: 0, max: 1_000_000 }).map((units) => units / 10_000),
  { freq: 4 }
)
const count = FastCheck.option(
  FastCheck.oneof(
    FastCheck.nat(9_999),
    FastCheck.maxSafeNat().map((units) => (units % 4e15) / 1e6)
  ),
  { freq: 4 }
)
const quotes = FastCheck.record({
  yes_bid: price,
  yes_ask: price,
  no_bid: price,
  no_ask: price,
  last_price: price,
  volume: count,
  volume_24h: count,
  open_interest: count,
  liquidity: FastCheck.option(FastCheck.nat(2_000_000_000)),
  yes_bid_size: count,
  yes_ask_size: count
})

/** Values as whole units, so that a double of SQLite and a decimal of DuckDB can be compared. */
const units = (value: unknown): unknown => {
  if (value === null || value === undefined) return null
  const [whole = "", fraction = ""] = String(typeof value === "number" ? value.toFixed(6) : value).split(".")
  return `${whole}.${fraction.padEnd(6, "0").slice(0, 6)}`
}

const NUMBERS =
  "yes_bid, yes_ask, no_bid, no_ask, last_price, volume, volume_24h, open_interest, liquidity, yes_bid_size, yes_ask_size, midpoint, spread"

describe("Exporter.exportParquet", () => {
  it.scopedLive("agrees with the view row for row, over several months and pages", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      const output = join(dataDir, "exports", "parquet")
      const sample = FastCheck.sample(quotes, { numRuns: 300, seed: 11 })
      database.transaction(() => {
        // Market ids that are not in the order of the tickers, with gaps between them.
        for (let at = 0; at < 150; at++)
          addMarket(database, 1000 - 3 * at, `KX-${String(at).padStart(4, "0")}é`)
        sample.forEach((quote, at) => {
          addPrice(database, {
            slot: at < 150 ? NOVEMBER : DECEMBER,
            market: 1000 - 3 * (at % 150),
            seq: 1 + Math.floor(at / 7),
            ...quote
          })
        })
      })()

      const exported = yield* Exporter.make({ dataDir }).exportParquet({ output })
      assert.deepStrictEqual(
        exported.tables.find(({ table }) => table === "price_snapshots"),
        {
          ...exported.tables.find(({ table }) => table === "price_snapshots"),
          table: "price_snapshots",
          rows: 300,
          files: 2
        } as never
      )
      assert.deepStrictEqual(readdirSync(join(output, "price_snapshots")).sort(), [
        "month=2026-11",
        "month=2026-12"
      ])

      const reader = yield* scopedReader
      const files = quotedString(join(output, "price_snapshots/*/*.parquet"))
      const parquet = yield* readAll(
        reader,
        `SELECT ticker, strftime(snapshot_time, '%Y-%m-%dT%H:%M:%SZ'), strftime(observed_at, '%Y-%m-%dT%H:%M:%S.%fZ'), ${NUMBERS}
         FROM ${files} ORDER BY snapshot_time, ticker`
      )
      const sqlite = database
        .prepare(
          `SELECT ticker, snapshot_time, observed_at, ${NUMBERS} FROM price_snapshots ORDER BY snapshot_time, ticker`
        )
        .raw()
        .all() as ReadonlyArray<ReadonlyArray<unknown>>
      const comparable = (rows: ReadonlyArray<ReadonlyArray<unknown>>) =>
        rows.map((row) => [...row.slice(0, 3), ...row.slice(3).map(units)])
      assert.deepStrictEqual(comparable(parquet), comparable(sqlite))

      const types = yield* readAll(reader, `SELECT column_name, column_type FROM (DESCRIBE FROM ${files})`)
      const typeOf = new Map(types.map(([name, type]) => [name, type]))
      assert.strictEqual(typeOf.get("yes_bid"), "DECIMAL(9,4)")
      assert.strictEqual(typeOf.get("volume"), "DECIMAL(18,6)")
      assert.strictEqual(typeOf.get("snapshot_time"), "TIMESTAMP WITH TIME ZONE")
      const stored = yield* readAll(
        reader,
        `SELECT DISTINCT compression FROM parquet_metadata(${quotedString(join(output, "price_snapshots/month=2026-11/prices.parquet"))})`
      )
      assert.deepStrictEqual(stored, [["ZSTD"]])
    })
  )

  it.scopedLive("sorts by ticker and time within a month, also over more rows than a slice has", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      const markets = 9000
      database.transaction(() => {
        for (let market = 1; market <= markets; market++) {
          insert(database, "market_numbers", { market, ticker: `KX-${(market * 7919) % 9973}` })
        }
        for (const slot of [NOVEMBER - 1800, NOVEMBER - 900]) {
          for (let market = 1; market <= markets; market++) {
            addPrice(database, {
              slot,
              market,
              seq: Math.floor(market / 100) + (slot === NOVEMBER - 900 ? 500 : 1),
              yes_bid: 5.5
            })
          }
        }
      })()
      const output = join(dataDir, "exports")
      const exported = yield* Exporter.make({ dataDir }).exportParquet({
        output,
        tables: ["price_snapshots"]
      })
      assert.strictEqual(exported.rows, 2 * markets)
      const reader = yield* scopedReader
      const file = quotedString(join(output, "price_snapshots/month=2026-11/prices.parquet"))
      const [disorder] = yield* readAll(
        reader,
        `SELECT count(*) FROM (
           SELECT ticker < lag(ticker) OVER by_place
             OR (ticker = lag(ticker) OVER by_place AND snapshot_time <= lag(snapshot_time) OVER by_place) AS wrong
           FROM read_parquet(${file}, file_row_number = true)
           WINDOW by_place AS (ORDER BY file_row_number)
         ) WHERE wrong`
      )
      assert.deepStrictEqual(disorder, ["0"])
    })
  )

  it.scopedLive("exports empty tables with their columns, and the coverage, but never observations", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      insert(database, "collection_runs", {
        feed: "markets",
        slot: "2026-11-22T12:15:00Z",
        interval: 900,
        status: "missed",
        reason: "the recorder was down",
        pages: 0,
        items: 0
      })
      const output = join(dataDir, "exports")
      const exported = yield* Exporter.make({ dataDir }).exportParquet({ output })
      assert.deepStrictEqual(
        exported.tables.map(({ table, rows, files }) => [table, rows, files]),
        publicTables
          .filter(({ name }) => name !== "observations")
          .map(({ name }) => [name, name === "collection_runs" || name === "coverage" ? 1 : 0, 1])
      )
      const reader = yield* scopedReader
      const columns = yield* readAll(
        reader,
        `SELECT column_name FROM (DESCRIBE FROM ${quotedString(join(output, "price_snapshots/*/*.parquet"))})`
      )
      assert.strictEqual(columns.flat().includes("midpoint"), true)
      const runs = yield* readAll(
        reader,
        `SELECT feed, status, strftime(slot, '%Y-%m-%dT%H:%M:%SZ'), started_at FROM ${quotedString(join(output, "collection_runs.parquet"))}`
      )
      assert.deepStrictEqual(runs, [["markets", "missed", "2026-11-22T12:15:00Z", null]])
      assert.strictEqual(readdirSync(output).includes("observations.parquet"), false)
    })
  )

  it.scopedLive("reads one moment while a writer continues", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      database.transaction(() => {
        for (let market = 1; market <= 5000; market++) addMarket(database, market, `KX-${market}`)
        for (let market = 1; market <= 5000; market++)
          addPrice(database, { slot: NOVEMBER, market, seq: 1, yes_bid: 1 })
      })()
      let wrote = false
      const exported = yield* Exporter.make({ dataDir }).exportParquet({
        output: join(dataDir, "exports"),
        onProgress: () =>
          Effect.sync(() => {
            if (wrote) return
            wrote = true
            addMarket(database, 6000, "KX-6000")
            addPrice(database, { slot: DECEMBER, market: 6000, seq: 2, yes_bid: 1 })
          })
      })
      assert.strictEqual(wrote, true)
      assert.strictEqual(exported.tables.find(({ table }) => table === "markets")?.rows, 5000)
      assert.strictEqual(exported.tables.find(({ table }) => table === "price_snapshots")?.rows, 5000)
    })
  )

  it.scopedLive("writes an empty time as NULL, and keeps an empty text", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      addMarket(database, 2, "KX-2")
      const output = join(dataDir, "exports")
      yield* Exporter.make({ dataDir }).exportParquet({ output, tables: ["markets"] })
      const reader = yield* scopedReader
      const rows = yield* readAll(
        reader,
        `SELECT title, settlement_ts, can_close_early, epoch_us(open_time), floor_strike FROM ${quotedString(join(output, "markets.parquet"))}`
      )
      assert.deepStrictEqual(rows, [["", null, false, "1793491200000001", 65000]])
    })
  )

  it.scopedLive("fails rather than leave out the prices of a page without a time", () =>
    Effect.gen(function* () {
      const { dataDir, database } = yield* scopedDataDir
      addMarket(database, 2, "KX-2")
      addPrice(database, { slot: NOVEMBER, market: 2, seq: 7 })
      addPrice(database, { slot: DECEMBER, market: 2, seq: 8 })
      database.exec("DELETE FROM price_pages WHERE seq = 8")
      const outcome = yield* Exporter.make({ dataDir })
        .exportParquet({ output: join(dataDir, "exports") })
        .pipe(Effect.match({ onFailure: ({ message }) => message, onSuccess: () => "exported" }))
      assert.match(outcome, /price_pages lacks page 8/)
    })
  )

  it.scopedLive("reports a missing database", () =>
    Effect.gen(function* () {
      const dataDir = yield* scopedFolder
      const error = yield* Effect.flip(
        Exporter.make({ dataDir }).exportParquet({ output: join(dataDir, "exports") })
      )
      assert.strictEqual(error._tag, "NoDatabase")
    })
  )
})
