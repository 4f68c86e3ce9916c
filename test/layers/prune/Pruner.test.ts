/**
 * Prune removes old rows that the lake holds, and no others; replay agrees afterwards, whatever is recorded later.
 */
import { hash } from "node:crypto"
import { readFileSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { hotTables } from "../../../src/domain/read/retention.ts"
import { slotText } from "../../../src/domain/units/time.ts"
import { lakePath } from "../../../src/layers/files/data-dir.ts"
import * as MaintenanceLock from "../../../src/layers/sqlite/database/MaintenanceLock.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { liveCandle } from "../../domain/read/wire/other-bodies.ts"
import { stringsTrade } from "../../domain/read/wire/tape-bodies.ts"
import { observations, page } from "../projector/observations.ts"
import { everything, rebuild, rowsOf, tablesIn, tell, verify } from "../projector/support.ts"
import { answer, failsWith, raw, SLOT, scopedFolder } from "../sqlite/support.ts"
import { flush, prune } from "./support.ts"

const QUARTER = 900
const SLOTS = 6

const json = (body: unknown) => new TextEncoder().encode(JSON.stringify(body))

const quotes = (n: number, slot = SLOT + n * QUARTER) =>
  page(
    n,
    [0, 1, 2].map((at) => stringsMarket({ ticker: `KX-${at}`, yes_bid_dollars: `0.${30 + n + at}00` })),
    10,
    { slot }
  )

const books = (n: number) =>
  answer(100 + n, {
    feed: "orderbooks",
    slot: SLOT + n * QUARTER,
    endpoint: "GET /markets/orderbooks",
    request: "/markets/orderbooks?tickers=KX-0",
    body: json({
      orderbooks: ["KX-0", "KX-1"].map((ticker, at) => ({
        ticker,
        orderbook_fp: { yes_dollars: at === 1 ? [] : [[`0.4${n}00`, "12.00"]], no_dollars: [] }
      }))
    })
  })

/** Three trades, of which the last one is in the next quarter of an hour. */
const tape = (n: number, times: ReadonlyArray<number> = [0, 1, QUARTER], word = `t${n}`) =>
  answer(200 + n, {
    feed: "trades",
    endpoint: "GET /markets/trades",
    request: "/markets/trades",
    body: json({
      cursor: "",
      trades: times.map((seconds, at) =>
        stringsTrade({
          trade_id: `${word}-${at}`,
          ticker: `KX-${at}`,
          created_time: slotText(SLOT + n * QUARTER + seconds)
        })
      )
    })
  })

const candles = (n: number) =>
  answer(300 + n, {
    feed: "candlesticks",
    endpoint: "GET /markets/candlesticks",
    request: "/markets/candlesticks?period_interval=60",
    body: json({
      markets: [{ market_ticker: "KX-0", candlesticks: [liveCandle({ end_period_ts: SLOT + n * QUARTER })] }]
    })
  })

const numbers = Array.from({ length: SLOTS }, (_, n) => n)

const log: ReadonlyArray<Observation> = numbers.flatMap((n) => [quotes(n), books(n), tape(n), candles(n)])

const told = (some: ReadonlyArray<Observation> = log) =>
  Effect.tap(scopedFolder, (folder) => Effect.provide(tell(...some), tablesIn(folder)))

const flushed = (some: ReadonlyArray<Observation> = log) => Effect.tap(told(some), (folder) => flush(folder))

/** The tables that the log has rows of. */
const VIEWS = ["price_snapshots", "orderbook_snapshots", "trades", "candlesticks", "market_history"] as const

/** The tables that it has none of. */
const EMPTY = ["event_history", "series_history"] as const

const countsIn = (folder: string) =>
  Object.fromEntries(
    [
      ...VIEWS,
      ...hotTables.flatMap(({ lake, rows }) => [lake.pages, ...rows]),
      "price_slots",
      "orderbook_slots",
      "trade_spans",
      "trade_markets",
      "candle_ends"
    ].map((name) => [name, Number(rowsOf(folder, `SELECT count(*) AS n FROM ${name}`)[0]?.n)])
  )

const cutoffsIn = (folder: string) =>
  rowsOf(folder, "SELECT table_name, before_time, rows FROM hot_cutoffs ORDER BY table_name")

const agrees = (folder: string) =>
  Effect.gen(function* () {
    const before = everything(folder)
    yield* Effect.provide(verify, tablesIn(folder))
    yield* Effect.provide(rebuild, tablesIn(folder))
    assert.deepStrictEqual(everything(folder), before)
  })

/** Rewrites the one file of a table in the lake by a SELECT over its own rows, and its record with it. */
const alter = (folder: string, table: string, select: string) =>
  Effect.promise(async () => {
    const [path = ""] = rowsOf(folder, `SELECT path FROM lake_files WHERE table_name = '${table}'`).map(
      (row) => String(row.path)
    )
    const file = join(lakePath(folder), path)
    const connection = await (await DuckDBInstance.create(":memory:")).connect()
    await connection.run(`CREATE TABLE lake AS FROM '${file}'`)
    await connection.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`)
    connection.closeSync()
    raw(folder, (database) =>
      database
        .prepare("UPDATE lake_files SET bytes = ?, sha256 = ? WHERE path = ?")
        .run(statSync(file).size, hash("sha256", readFileSync(file), "hex"), path)
    )
  })

describe("prune", () => {
  it.scoped("removes the rows before a time from all hot tables, with their pages and slots", () =>
    Effect.gen(function* () {
      const folder = yield* flushed()
      const chain = rowsOf(folder, "SELECT seq, chain_sha256 FROM observations ORDER BY seq")
      const { keptFrom, tables } = yield* prune(folder, SLOT + 4 * QUARTER)
      assert.strictEqual(keptFrom, slotText(SLOT + 4 * QUARTER))
      assert.deepStrictEqual(
        tables.map(({ rows, spans, stays, table }) => ({ table, rows, spans, stays })),
        [
          { table: "price_snapshots", rows: 12, spans: 4, stays: null },
          { table: "orderbook_snapshots", rows: 4, spans: 4, stays: null },
          // Each quarter of an hour but the first has the last trade of the one before.
          { table: "trades", rows: 11, spans: 4, stays: null },
          { table: "candlesticks", rows: 4, spans: 4, stays: null },
          { table: "market_history", rows: 3, spans: 1, stays: null },
          { table: "event_history", rows: 0, spans: 0, stays: null },
          { table: "series_history", rows: 0, spans: 0, stays: null }
        ]
      )
      assert.deepStrictEqual(countsIn(folder), {
        price_snapshots: 6,
        orderbook_snapshots: 2,
        trades: 7,
        candlesticks: 2,
        price_pages: 2,
        price_rows: 6,
        orderbook_pages: 2,
        orderbook_levels: 2,
        orderbook_books: 4,
        trade_pages: 3,
        trade_rows: 7,
        candle_pages: 2,
        candle_rows: 2,
        price_slots: 2,
        orderbook_slots: 2,
        trade_spans: 3,
        trade_markets: 7,
        candle_ends: 2,
        market_history: 0,
        market_versions: 0,
        market_version_pages: 0,
        event_versions: 0,
        event_version_pages: 0,
        series_versions: 0,
        series_version_pages: 0
      })
      const last = slotText(SLOT + 3 * QUARTER + 1).replace("Z", ".000000Z")
      assert.deepStrictEqual(cutoffsIn(folder), [
        { table_name: "candlesticks", before_time: last, rows: 4 },
        {
          table_name: "market_history",
          before_time: slotText(SLOT + 3 * QUARTER).replace("Z", ".000000Z"),
          rows: 3
        },
        { table_name: "orderbook_snapshots", before_time: last, rows: 4 },
        { table_name: "price_snapshots", before_time: last, rows: 12 },
        {
          table_name: "trades",
          before_time: slotText(SLOT + 4 * QUARTER).replace("Z", ".000000Z"),
          rows: 11
        }
      ])
      assert.deepStrictEqual(rowsOf(folder, "SELECT seq, chain_sha256 FROM observations ORDER BY seq"), chain)
      yield* agrees(folder)
      const again = yield* prune(folder, SLOT + 4 * QUARTER)
      assert.deepStrictEqual(
        again.tables.map(({ before, rows, spans, stays }) => [before, rows, spans, stays]),
        [...VIEWS, ...EMPTY].map(() => [null, 0, 0, null]),
        "a second time there is nothing to do"
      )
    })
  )

  it.scoped.each<[string, string, number]>([
    ["a changed price", "SELECT * REPLACE (yes_bid + 1 AS yes_bid) FROM lake", 0],
    [
      "two prices that have changed places",
      "SELECT * REPLACE (CASE ticker WHEN 'KX-0' THEN 'KX-1' WHEN 'KX-1' THEN 'KX-0' ELSE ticker END AS ticker) FROM lake",
      0
    ],
    [
      "a row that is gone",
      `FROM lake WHERE NOT (ticker = 'KX-1' AND snapshot_time = TIMESTAMPTZ '${slotText(SLOT + 2 * QUARTER)}')`,
      2
    ],
    ["a column that is gone", "SELECT * EXCLUDE (volume) FROM lake", 0]
  ])("stops at %s in the lake", ([, select, removed]) =>
    Effect.gen(function* () {
      const folder = yield* flushed()
      yield* alter(folder, "price_snapshots", select)
      const [prices, ...others] = (yield* prune(folder, SLOT + 4 * QUARTER)).tables
      assert.strictEqual(prices?.spans, removed)
      assert.strictEqual(prices?.stays?.from, slotText(SLOT + removed * QUARTER))
      assert.match(prices?.stays?.why ?? "", /the lake/)
      assert.strictEqual(countsIn(folder).price_snapshots, 18 - 3 * removed)
      assert.isTrue(
        others.every(({ spans, stays }) => spans > 0 || stays === null),
        "the other tables are not affected"
      )
    })
  )

  it.scoped(
    "keeps everything without a lake, with one of another version, and with a file that is gone",
    () =>
      Effect.gen(function* () {
        const folder = yield* told()
        const staying = Effect.map(prune(folder, SLOT + 4 * QUARTER), ({ tables }) =>
          tables
            .filter(({ table }) => VIEWS.some((view) => view === table))
            .map(({ rows, stays }) => (rows === 0 ? stays?.why : rows))
        )
        const before = everything(folder)
        assert.deepStrictEqual(
          yield* staying,
          VIEWS.map(() => "the lake has nothing of it yet")
        )
        yield* flush(folder)
        raw(folder, (database) => database.exec("UPDATE lake_tables SET version = version - 1"))
        assert.deepStrictEqual(
          yield* staying,
          VIEWS.map(() => "the lake has it as another version read it")
        )
        raw(folder, (database) => database.exec("UPDATE lake_tables SET version = version + 1"))
        rmSync(lakePath(folder), { recursive: true })
        for (const why of yield* staying)
          assert.match(String(why), /comparing with the lake failed: .*No files/)
        raw(folder, (database) => database.exec("DELETE FROM lake_tables; DELETE FROM lake_files"))
        assert.deepStrictEqual(everything(folder), before)
      })
  )

  it.scoped("is refused while another maintenance works", () =>
    Effect.gen(function* () {
      const folder = yield* flushed()
      yield* MaintenanceLock.acquire(folder, "a flush")
      yield* failsWith(prune(folder, SLOT), "MaintenanceLocked")
    })
  )

  it.scoped("that dies between two pieces of a slot has removed what its cut-off says, and goes on", () =>
    Effect.gen(function* () {
      const folder = yield* flushed()
      const inPieces = prune(
        folder,
        SLOT + QUARTER,
        hotTables.map((hot) => ({ ...hot, piece: 1 }))
      )
      raw(folder, (database) =>
        database.exec(`CREATE TRIGGER full BEFORE UPDATE ON hot_cutoffs
          BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`)
      )
      yield* failsWith(inPieces, "StorageFailed")
      assert.deepInclude(countsIn(folder), { price_rows: 17, price_pages: 6, price_slots: 6 })
      yield* agrees(folder)
      raw(folder, (database) => database.exec("DROP TRIGGER full"))
      assert.deepStrictEqual(
        (yield* inPieces).tables.map(({ rows }) => rows),
        [2, 1, 2, 1, 0, 0, 0]
      )
      assert.deepInclude(countsIn(folder), { price_rows: 15, price_pages: 5, price_slots: 5, trade_spans: 6 })
      yield* agrees(folder)
    })
  )
})

describe("rows that are recorded after a prune", () => {
  it.scoped("with an old time stay until the lake has them", () =>
    Effect.gen(function* () {
      const folder = yield* flushed()
      yield* prune(folder, SLOT + 4 * QUARTER)
      const before = countsIn(folder)
      const late = { ...tape(0, [0, 1, 2, QUARTER], "late"), page: 998 }
      yield* Effect.provide(tell(late, { ...tape(1), page: 999 }), tablesIn(folder))
      yield* agrees(folder)
      const kept = yield* prune(folder, SLOT + 4 * QUARTER)
      assert.strictEqual(kept.tables[2]?.rows, 0, "they are behind the watermark")
      assert.strictEqual(countsIn(folder).trades, Number(before.trades) + 7)
      yield* agrees(folder)
      yield* flush(folder)
      const pruned = yield* prune(folder, SLOT + 4 * QUARTER)
      assert.deepInclude(pruned.tables[2], { rows: 7, from: slotText(SLOT), stays: null })
      assert.deepStrictEqual(countsIn(folder), before)
      yield* agrees(folder)
    })
  )

  it.scoped("with fewer digits of their time are found in the lake", () =>
    Effect.gen(function* () {
      const trade = (index: number, created_time: string) =>
        answer(index, {
          feed: "trades",
          endpoint: "GET /markets/trades",
          body: json({ trades: [stringsTrade({ trade_id: "one", created_time })] })
        })
      const folder = yield* flushed([trade(0, "2026-11-22T12:15:00.123456Z")])
      yield* prune(folder, SLOT + QUARTER)
      yield* Effect.provide(tell(trade(1, "2026-11-22T12:15:00Z")), tablesIn(folder))
      raw(folder, (database) => database.exec("UPDATE lake_tables SET seq = 2"))
      assert.deepInclude((yield* prune(folder, SLOT + QUARTER)).tables[2], { rows: 1, stays: null })
      yield* agrees(folder)
    })
  )

  it.scopedLive("leave replay in agreement for any log", () =>
    Effect.gen(function* () {
      let removed = 0
      for (const [first, second] of fc.sample(fc.tuple(observations(25), observations(12)), {
        numRuns: 5,
        seed: 7
      })) {
        yield* Effect.gen(function* () {
          const folder = yield* flushed(first)
          const { tables } = yield* prune(folder, SLOT + QUARTER)
          assert.isTrue(tables.every(({ stays }) => stays === null))
          removed += tables.reduce((sum, { rows }) => sum + rows, 0)
          yield* agrees(folder)
          // A trade that is sent again with fewer digits of its time gets them back only from a row that is there.
          const later = second.filter(({ feed }) => feed !== "trades")
          yield* Effect.provide(
            tell(...later.map((one) => ({ ...one, page: one.page + 1000 }))),
            tablesIn(folder)
          )
          yield* agrees(folder)
          yield* flush(folder)
          for (const before of [SLOT, SLOT + QUARTER / 2, SLOT + 3 * QUARTER]) {
            yield* prune(folder, before)
            yield* agrees(folder)
          }
        }).pipe(Effect.scoped)
      }
      assert.isAbove(removed, 0)
    })
  )
})

describe("a rebuild", () => {
  it.scoped("brings back what the lake does not hold any more, and forgets its cut-offs", () =>
    Effect.gen(function* () {
      const folder = yield* flushed()
      const before = countsIn(folder)
      yield* prune(folder, SLOT + 4 * QUARTER)
      raw(folder, (database) =>
        database.exec(
          "DELETE FROM lake_files WHERE table_name <> 'trades'; DELETE FROM lake_tables WHERE table_name <> 'trades'"
        )
      )
      yield* Effect.provide(rebuild, tablesIn(folder))
      assert.deepStrictEqual(
        cutoffsIn(folder).map(({ table_name }) => table_name),
        ["trades"]
      )
      assert.deepInclude(countsIn(folder), {
        price_snapshots: before.price_snapshots,
        orderbook_books: before.orderbook_books,
        candlesticks: before.candlesticks,
        trades: 7
      })
      yield* agrees(folder)
    })
  )

  it.scoped("brings back what an earlier version has pruned into an export", () =>
    Effect.gen(function* () {
      const folder = yield* told()
      const before = countsIn(folder)
      raw(folder, (database) =>
        database.exec(`
          DELETE FROM price_rows WHERE slot = ${SLOT};
          DELETE FROM price_slots WHERE slot = ${SLOT};
          INSERT INTO prune_cutoffs VALUES ('price_snapshots', '${slotText(SLOT + 1)}', '${slotText(SLOT)}', 3)`)
      )
      yield* Effect.provide(rebuild, tablesIn(folder))
      assert.deepStrictEqual(countsIn(folder), before)
      assert.deepStrictEqual(rowsOf(folder, "SELECT * FROM prune_cutoffs"), [])
    })
  )
})
