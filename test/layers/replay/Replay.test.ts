/**
 * A rebuild replaces the tables in one step or not at all; verify detects every difference between the tables
 * and the log.
 */
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, Schedule, TestServices } from "effect"
import type { Projection } from "../../../src/domain/read/projection.ts"
import { projections } from "../../../src/domain/read/projections.ts"
import { columnsOfIds } from "../../../src/domain/read/table.ts"
import { databasePath } from "../../../src/layers/files/data-dir.ts"
import { workFolder } from "../../../src/layers/files/work-folder.ts"
import { Replay } from "../../../src/services/Replay.ts"
import { eventBody, stringsMarket } from "../../domain/read/wire/bodies.ts"
import {
  cutoffBody,
  liveCandle,
  scheduleBody,
  seriesBody,
  seriesFeeBody,
  statusBody
} from "../../domain/read/wire/other-bodies.ts"
import { stringsBook, stringsTrade } from "../../domain/read/wire/tape-bodies.ts"
import { commandOf } from "../../programs/run.ts"
import { page } from "../projector/observations.ts"
import {
  catchUp,
  definitions,
  everything,
  outdated,
  rebuild,
  rowsOf,
  tablesIn,
  tell,
  verify
} from "../projector/support.ts"
import { answer, appendAll, copyOf, failsWith, raw, SLOT, scopedFolder, tamper } from "../sqlite/support.ts"

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)
const market = (ticker: string, but = {}) => stringsMarket({ ticker, ...but })
const settled = (ticker: string) => market(ticker, { status: "finalized", result: "yes" })
const body = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** A log that leaves rows in every table. */
const ofEverything = [
  page(
    0,
    upTo(7).map((n) => market(`T${n}`)),
    10
  ),
  page(1, [market("T1", { title: "again" }), settled("T2"), { ticker: 7 }], 20),
  page(2, [market("T3"), settled("T4")], 30, { slot: SLOT + 900 }),
  answer(3, {
    feed: "events",
    endpoint: "GET /events",
    body: body({ events: [eventBody(), eventBody({ event_ticker: "KXB" })] })
  }),
  answer(4, {
    feed: "orderbooks",
    endpoint: "GET /markets/orderbooks",
    body: body({ orderbooks: [{ ticker: "T1", orderbook_fp: stringsBook }] })
  }),
  answer(5, {
    feed: "trades",
    endpoint: "GET /markets/trades",
    body: body({
      trades: [stringsTrade({ ticker: "T1" }), stringsTrade({ ticker: "T1", trade_id: "other" })]
    })
  }),
  answer(6, { feed: "series", endpoint: "GET /series", body: body({ series: [seriesBody()] }) }),
  answer(7, {
    feed: "candlesticks",
    endpoint: "GET /markets/candlesticks",
    request: "/markets/candlesticks?period_interval=60",
    body: body({ markets: [{ market_ticker: "T1", candlesticks: [liveCandle()] }] })
  }),
  answer(8, { feed: "exchange", endpoint: "GET /exchange/status", body: body(statusBody()) }),
  answer(9, { feed: "exchange", endpoint: "GET /exchange/schedule", body: body(scheduleBody()) }),
  answer(10, { feed: "backfill", endpoint: "GET /historical/cutoff", body: body(cutoffBody) }),
  answer(11, {
    feed: "fees",
    endpoint: "GET /series/fee_changes",
    body: body({ series_fee_change_arr: [seriesFeeBody()] })
  }),
  answer(0, { feed: "states", request: "/markets?limit=1000&tickers=T5", body: body({ markets: [] }) })
]

let recorded = ""

beforeAll(() => {
  recorded = mkdtempSync(join(tmpdir(), "kalshi-replay-"))
  return Effect.runPromise(Effect.provide(tell(...ofEverything), tablesIn(recorded))).then(() => {})
})

afterAll(() => rmSync(recorded, { recursive: true, force: true }))

const told = Effect.suspend(() => copyOf(recorded))

const scratchFiles = (folder: string) => readdirSync(folder).filter((name) => name.startsWith(".kalshi-"))

/** Values for an invented row, for the columns in which every value is unique. */
const invented: Readonly<Record<string, string>> = {
  ticker: "'invented'",
  digest: "'invented'",
  snapshot_time: "'2030'",
  trade_id: "'invented'"
}

/** Physical tables, and the projections that fill them. */
const owners: Readonly<Record<string, ReadonlyArray<string>>> = {
  shared_texts: projections
    .filter(({ tables }) => tables.some((table) => columnsOfIds(table, "shared_texts").length > 0))
    .map(({ name }) => name),
  market_numbers: projections
    .filter(({ tables }) => tables.some(({ columns }) => columns.includes("market")))
    .map(({ name }) => name),
  ...Object.fromEntries(
    projections.flatMap(({ name, tables }) =>
      tables.flatMap(
        (table): ReadonlyArray<readonly [string, ReadonlyArray<string>]> =>
          table.kind === "entities"
            ? [
                [table.name, [name]],
                [`${table.name}_seen`, [name]],
                ...(table.versions === undefined
                  ? []
                  : [table.versions.rows, table.versions.pages].map((kept) => [kept.name, [name]] as const))
              ]
            : [[table.name, [name]]]
      )
    )
  )
}

describe("verify", () => {
  it.scoped("accepts tables that follow from the log, and reports their contents", () =>
    Effect.gen(function* () {
      const folder = yield* told
      const before = everything(folder)
      const { observations, tables } = yield* Effect.provide(verify, tablesIn(folder))
      assert.strictEqual(observations, ofEverything.length)
      assert.deepStrictEqual(
        tables.map(({ rows, table }) => [table, rows]),
        [
          ["events", 2],
          ["markets", 7],
          ["price_snapshots", 8],
          ["settlements", 2],
          ["orderbooks", 3],
          ["trades", 2],
          ["series", 1],
          ["candlesticks", 1],
          ["exchange", 1],
          ["historical_cutoff", 1],
          ["market_absences", 1],
          ["fee_changes", 1]
        ]
      )
      assert.deepStrictEqual(everything(folder), before, "it changes nothing")
      assert.deepStrictEqual(scratchFiles(folder), [])
    })
  )

  it.scoped("covers every table and every column that the migrations create", () =>
    Effect.gen(function* () {
      const folder = yield* told
      const records = ["observations", "collection_runs", "quarantine", "exchange", "projection_checkpoints"]
      const made = rowsOf(folder, "SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) =>
        String(name)
      )
      assert.sameMembers(
        made.filter(
          (name) =>
            ![
              ...records,
              "collection_run_seals",
              "clock_jumps",
              "prune_cutoffs",
              "backfills",
              "archive_segments",
              "lake_tables",
              "lake_files",
              "hot_cutoffs",
              "maintenance_steps",
              "effect_sql_migrations"
            ].includes(name)
        ),
        Object.keys(owners)
      )
      for (const { columns, name } of projections.flatMap(({ tables }) => tables)) {
        const physical = rowsOf(folder, `PRAGMA table_info(${name})`).map((column) => column.name)
        assert.deepStrictEqual([...columns], physical, name)
      }
    })
  )

  it.scoped.each(Object.entries(owners))(
    "detects a changed cell, a lost row and an invented one: %s",
    ([table, names]) =>
      Effect.gen(function* () {
        const folder = yield* told
        const columns = rowsOf(folder, `PRAGMA table_info(${table})`)
        const { name: last, type } = columns.at(-1) ?? assert.fail(`${table} has no columns`)
        const changed = type === "TEXT" ? `${last} || 'x'` : `coalesce(${last}, 0) + 1`
        const [key] = columns.map(({ name }) => name)
        const numeric = columns[0]?.type === "INTEGER"
        const rest = columns.slice(1).map(({ name }) => invented[String(name)] ?? name)
        const ways = [
          `UPDATE ${table} SET ${last} = coalesce(${changed}, 'x') WHERE ${key} = (SELECT max(${key}) FROM ${table})`,
          `DELETE FROM ${table} WHERE ${key} = (SELECT max(${key}) FROM ${table})`,
          `INSERT INTO ${table} SELECT ${[numeric ? `${key} + 1000000` : `${key} || 'x'`, ...rest].join(", ")}
         FROM ${table} ORDER BY ${key} DESC LIMIT 1`
        ]
        for (const way of ways) {
          const copy = yield* copyOf(folder)
          raw(copy, (database) => database.exec(way))
          const { tables } = yield* failsWith(Effect.provide(verify, tablesIn(copy)), "TablesDiffer")
          assert.sameMembers([...tables], [...names], way)
        }
      })
  )

  it.scoped("detects a quarantine that does not follow from the log", () =>
    Effect.gen(function* () {
      const folder = yield* told
      for (const way of ["DELETE FROM quarantine", "UPDATE quarantine SET error = 'fine'"]) {
        raw(folder, (database) => database.exec(way))
        const { tables } = yield* failsWith(Effect.provide(verify, tablesIn(folder)), "TablesDiffer")
        assert.deepStrictEqual(tables, ["quarantine"])
        yield* Effect.provide(rebuild, tablesIn(folder))
      }
    })
  )

  it.scoped("compares every row of a table of thousands, also at the borders of its batches", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const slim = upTo(5002).map((n) => ({ ticker: `T${n}`, event_ticker: "E", status: "active" }))
      yield* Effect.provide(tell(page(0, slim, 1)), tablesIn(folder))
      yield* Effect.provide(verify, tablesIn(folder))
      for (const number of [1, 5000, 5001, 5002]) {
        raw(folder, (database) =>
          database.exec(`UPDATE market_rows SET title = 'x' WHERE market = ${number}`)
        )
        const { tables } = yield* failsWith(Effect.provide(verify, tablesIn(folder)), "TablesDiffer")
        assert.deepStrictEqual(tables, ["markets"], `market ${number}`)
        raw(folder, (database) =>
          database.exec(`UPDATE market_rows SET title = NULL WHERE market = ${number}`)
        )
      }
    })
  )

  it.scoped("takes no lock: a writer with the lock continues, and so does verify", () =>
    Effect.gen(function* () {
      const folder = yield* told
      const holder = yield* Effect.acquireRelease(
        Effect.sync(() => new Sqlite(databasePath(folder))),
        (opened) => Effect.sync(() => opened.close())
      )
      yield* Effect.gen(function* () {
        holder.exec("BEGIN IMMEDIATE")
        yield* verify
        holder.exec("ROLLBACK")
        const writing = Effect.forEach(upTo(20), (n) =>
          tell(page(n + 10, [market(`N${n}`), settled("T5")], 40 + n))
        )
        const [, ...verified] = yield* Effect.all([writing, verify, Effect.delay(verify, 0)], {
          concurrency: 3
        })
        assert.lengthOf(verified, 2)
        yield* verify
      }).pipe(Effect.provide(tablesIn(folder)))
    })
  )

  it.scoped("releases the live tables once it has read them, however long it builds", () =>
    Effect.gen(function* () {
      const folder = yield* told
      const writer = yield* Effect.acquireRelease(
        Effect.sync(() => new Sqlite(databasePath(folder), { timeout: 0 })),
        (opened) => Effect.sync(() => opened.close())
      )
      const emptied = Effect.try(() => {
        writer.exec("CREATE TABLE IF NOT EXISTS somebodys (n); INSERT INTO somebodys VALUES (1)")
        assert.strictEqual(writer.pragma("wal_checkpoint(TRUNCATE)", { simple: true }), 0)
      }).pipe(
        Effect.retry(Schedule.intersect(Schedule.spaced("20 millis"), Schedule.recurs(250))),
        Effect.orDie
      )
      yield* Effect.flatMap(Replay, (replay) => replay.verify(() => TestServices.provideLive(emptied))).pipe(
        Effect.provide(tablesIn(folder))
      )
    })
  )

  it.scoped("fails at a damaged log, and names the row", () =>
    Effect.gen(function* () {
      const folder = yield* told
      tamper(folder, "UPDATE observations SET body = x'00', encoding = 'identity' WHERE seq = 3")
      const { seq } = yield* failsWith(Effect.provide(verify, tablesIn(folder)), "LogDamaged")
      assert.strictEqual(seq, 3)
      assert.deepStrictEqual(scratchFiles(folder), [])
    })
  )
})

/** Reads without a pause, from another thread, and collects everything that it ever saw. */
const WATCHER = `
  const { parentPort, workerData } = require("node:worker_threads")
  const Sqlite = require(workerData.driver)
  const database = new Sqlite(workerData.path, { readonly: true })
  const seen = new Set()
  let stopped = false
  parentPort.on("message", () => { stopped = true })
  const look = () => {
    try {
      const [markets, prices, indexes] = database.transaction(() => [
        database.prepare("SELECT count(*) FROM markets").pluck().get(),
        database.prepare("SELECT count(*) FROM price_snapshots").pluck().get(),
        database.prepare("SELECT count(*) FROM sqlite_master WHERE type IN ('index', 'view')").pluck().get()
      ])()
      seen.add([markets, prices, indexes].join("/"))
    } catch (error) { seen.add(String(error)) }
    if (stopped) parentPort.postMessage([...seen])
    else setImmediate(look)
  }
  parentPort.postMessage("watching")
  look()`

const scopedWatcher = (folder: string) =>
  Effect.acquireRelease(
    Effect.async<Worker>((resume) => {
      const driver = createRequire(import.meta.url).resolve("better-sqlite3")
      const worker = new Worker(WATCHER, { eval: true, workerData: { driver, path: databasePath(folder) } })
      worker.once("message", () => resume(Effect.succeed(worker)))
      worker.once("error", (error) => resume(Effect.die(error)))
    }),
    (worker) => Effect.promise(() => worker.terminate())
  )

const seenBy = (worker: Worker) =>
  Effect.async<ReadonlyArray<string>>((resume) => {
    worker.once("message", (seen: ReadonlyArray<string>) => resume(Effect.succeed(seen)))
    worker.postMessage("stop")
  })

describe("rebuild", () => {
  it.scoped("leaves views, indexes and tables as the migrations create them", () =>
    Effect.gen(function* () {
      const folder = yield* told
      const [before, rows] = [definitions(folder), everything(folder)]
      assert.isAbove(before.length, 20)
      for (const time of ["once", "twice"]) {
        yield* Effect.provide(rebuild, tablesIn(folder))
        assert.deepStrictEqual(definitions(folder), before, time)
        assert.deepStrictEqual(everything(folder), rows, time)
      }
      assert.deepStrictEqual(rowsOf(folder, "PRAGMA integrity_check"), [{ integrity_check: "ok" }])
    })
  )

  it.scopedLive(
    "is one step: a reader sees the old tables or the new ones, never a part and never none",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const listing = upTo(400).map((n) => ({ ticker: `T${n}`, event_ticker: "E", status: "active" }))
        yield* Effect.provide(
          tell(...upTo(10).map((n) => page(n, listing, n, { slot: SLOT + n * 900 }))),
          tablesIn(folder)
        )
        raw(folder, (database) => {
          database.exec(
            "DELETE FROM market_rows WHERE market > 300; DELETE FROM price_rows WHERE market > 200"
          )
        })
        const watcher = yield* scopedWatcher(folder)
        yield* Effect.provide(rebuild, tablesIn(folder))
        yield* Effect.sleep("50 millis")
        const [old = "nothing", fresh = "nothing", ...others] = yield* seenBy(watcher)
        assert.deepStrictEqual(others, [])
        assert.match(old, /^300\/2000\//)
        assert.strictEqual(fresh, old.replace("300/2000", "400/4000"))
      })
  )

  it.scoped.each([
    [
      "its last step",
      "BEFORE INSERT ON quarantine WHEN NEW.seq = 2 BEGIN SELECT RAISE(ABORT, 'stumbled'); END"
    ],
    ["its checkpoints", "BEFORE INSERT ON projection_checkpoints BEGIN SELECT RAISE(ABORT, 'stumbled'); END"]
  ])("that fails at %s leaves everything as it was", ([, trigger]) =>
    Effect.gen(function* () {
      const folder = yield* told
      raw(folder, (database) => {
        database.exec("UPDATE market_rows SET title = 'as it was'")
        database.exec(`CREATE TRIGGER stumble ${trigger}`)
      })
      const [before, defined] = [everything(folder), definitions(folder)]
      const { why } = yield* failsWith(Effect.provide(rebuild, tablesIn(folder)), "StorageFailed")
      assert.strictEqual(why, "stumbled")
      assert.deepStrictEqual(everything(folder), before)
      assert.deepStrictEqual(definitions(folder), defined)
      assert.deepStrictEqual(scratchFiles(folder), [], "nothing is left beside the database")
      raw(folder, (database) => database.exec("DROP TRIGGER stumble"))
      yield* Effect.provide(Effect.zipRight(rebuild, verify), tablesIn(folder))
    })
  )

  it.scoped("of a damaged log, or an interrupted one, leaves everything as it was", () =>
    Effect.gen(function* () {
      const folder = yield* told
      const before = everything(folder)
      yield* Effect.raceFirst(rebuild, Effect.repeatN(Effect.yieldNow(), 40)).pipe(
        Effect.provide(tablesIn(folder))
      )
      assert.deepStrictEqual(everything(folder), before)
      tamper(folder, "UPDATE observations SET body = x'00', encoding = 'identity' WHERE seq = 3")
      yield* failsWith(Effect.provide(rebuild, tablesIn(folder)), "LogDamaged")
      assert.deepStrictEqual(everything(folder), before)
      assert.deepStrictEqual(scratchFiles(folder), [])
    })
  )

  it.scoped("does not touch the log and the records", () =>
    Effect.gen(function* () {
      const folder = yield* told
      raw(folder, (database) =>
        database.exec(`
          INSERT INTO collection_runs (feed, slot, status, pages, items) VALUES ('markets', '2026', 'missed', 0, 0);
          INSERT INTO exchange VALUES ('https://a', '2026')`)
      )
      const records = () =>
        ["observations", "collection_runs", "exchange", "effect_sql_migrations"].map((name) =>
          rowsOf(folder, `SELECT * FROM ${name}`)
        )
      const before = records()
      yield* Effect.provide(rebuild, tablesIn(folder))
      assert.deepStrictEqual(records(), before)
    })
  )

  it.scoped("of an empty log gives empty tables, from which recording continues", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        const { observations } = yield* rebuild
        assert.strictEqual(observations, 0)
        yield* verify
        yield* tell(page(0, [market("A")], 1))
        yield* verify
      }).pipe(Effect.provide(tablesIn(folder)))
      assert.lengthOf(rowsOf(folder, "SELECT * FROM markets"), 1)
    })
  )
})

describe("quarantine", () => {
  const untaught = (paths: ReadonlyArray<string>): ReadonlyArray<Projection> =>
    projections.map((one) =>
      one.name === "markets"
        ? {
            ...one,
            version: 900 + paths.length,
            project: (reading) => ({
              ...one.project(reading),
              problems: paths.map((path) => ({ path, expected: "less", found: "more" }))
            })
          }
        : one
    )

  const items = (folder: string) =>
    rowsOf(folder, "SELECT item, resolved_at, first_seen FROM quarantine ORDER BY item")

  it.scoped("is resolved if a later decoder can read the item, and stays otherwise", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* Effect.provide(
        Effect.zipRight(rebuild, tell(page(0, [market("A")], 1))),
        tablesIn(folder, untaught(["a", "b"]))
      )
      assert.lengthOf(items(folder), 2)
      yield* Effect.provide(Effect.zipRight(rebuild, verify), tablesIn(folder, untaught(["b"])))
      const [a, b] = items(folder)
      assert.match(String(a?.resolved_at), /^1970-01-01T00:00:00\.000000Z$/)
      assert.include(b, { item: "b", resolved_at: null, first_seen: "2026-11-22T12:15:00.000001Z" })
      yield* Effect.provide(Effect.zipRight(rebuild, verify), tablesIn(folder, untaught(["a", "b"])))
      assert.deepStrictEqual(
        items(folder).map(({ resolved_at }) => resolved_at),
        [null, null],
        "and stands again when a decoder has forgotten"
      )
      yield* Effect.provide(Effect.zipRight(rebuild, verify), tablesIn(folder))
      assert.isTrue(items(folder).every(({ resolved_at }) => resolved_at !== null))
    })
  )
})

/** Starting a process takes seconds when many tests share two cores. */
const PATIENCE = 300_000

/** Runs `kalshi replay`, and kills it a number of milliseconds after its scratch database has appeared. */
const killedReplay = (folder: string, afterMillis: number) =>
  Effect.async<boolean>((resume) => {
    const child = spawn(process.execPath, [...commandOf("replay"), "--data-dir", folder], { stdio: "ignore" })
    const looking = setInterval(() => {
      const [path] = scratchFiles(folder).map((name) => join(folder, name, "range-1.db"))
      if (path === undefined || !existsSync(path) || statSync(path).size === 0) return
      clearInterval(looking)
      setTimeout(() => child.kill("SIGKILL"), afterMillis)
    }, 5)
    child.once("exit", (_, signal) => {
      clearInterval(looking)
      resume(Effect.succeed(signal === "SIGKILL"))
    })
  })

describe("a rebuild that is killed", () => {
  it.scopedLive(
    "leaves the tables usable, and the next work in that folder removes its remains",
    () =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const listing = upTo(200).map((n) => market(`T${n}`))
        yield* appendAll(upTo(20).map((n) => page(n, listing, n, { slot: SLOT + n * 900 }))).pipe(
          Effect.zipRight(catchUp()),
          Effect.provide(tablesIn(folder))
        )
        const [before, defined] = [everything(folder), definitions(folder)]
        let killed = 0
        for (const afterMillis of [0, 150]) {
          if (yield* killedReplay(folder, afterMillis)) {
            killed++
            assert.lengthOf(scratchFiles(folder), 2, "a folder and its lock")
          }
          assert.deepStrictEqual(everything(folder), before)
          assert.deepStrictEqual(definitions(folder), defined)
          yield* Effect.scoped(workFolder("query", folder))
          assert.deepStrictEqual(scratchFiles(folder), [])
          assert.deepStrictEqual(yield* Effect.provide(outdated, tablesIn(folder)), [])
        }
        assert.isAbove(killed, 0)
        yield* Effect.provide(verify, tablesIn(folder))
      }),
    PATIENCE
  )
})
