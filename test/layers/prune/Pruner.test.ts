/**
 * Prune removes rows that are older than their keep and exported, and no others; replay agrees afterwards.
 */
import { copyFileSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc, Layer } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { slotText } from "../../../src/domain/units/time.ts"
import * as DuckExporter from "../../../src/layers/duckdb/export/Exporter.ts"
import * as SqlitePruner from "../../../src/layers/prune/Pruner.ts"
import { type PruneOptions, Pruner } from "../../../src/services/Pruner.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { observations, page } from "../projector/observations.ts"
import { everything, rebuild, rowsOf, tablesIn, tell, verify } from "../projector/support.ts"
import { answer, databaseIn, raw, SLOT, scopedFolder } from "../sqlite/support.ts"

const QUARTER = 900
const SLOTS = 6

const market = (n: number, slot: number) =>
  stringsMarket({ ticker: `KX-${n}`, yes_bid_dollars: `0.${30 + n + slot}00` })

/** Six slots of three markets, the second of them answered twice. */
const sixSlots: ReadonlyArray<Observation> = [
  ...Array.from({ length: SLOTS }, (_, slot) =>
    page(
      slot,
      [0, 1, 2].map((n) => market(n, slot)),
      10,
      { slot: SLOT + slot * QUARTER }
    )
  ),
  page(
    6,
    [0, 1, 2].map((n) => market(n, 20)),
    20,
    { slot: SLOT + QUARTER }
  )
]

const told = (log: ReadonlyArray<Observation> = sixSlots) =>
  Effect.tap(scopedFolder, (folder) => Effect.provide(tell(...log), tablesIn(folder)))

const exportAll = (folder: string) =>
  DuckExporter.make({ dataDir: folder }).exportParquet({ output: join(folder, "exports") })

const prune = (folder: string, but: Partial<PruneOptions> = {}) =>
  Effect.flatMap(Pruner, (pruner) =>
    pruner.prune({
      apply: true,
      exported: join(folder, "exports"),
      now: SLOT + SLOTS * QUARTER,
      keptSeconds: { price_snapshots: 2 * QUARTER, orderbook_snapshots: 2 * QUARTER },
      ...but
    })
  ).pipe(
    Effect.provide(SqlitePruner.layer(folder).pipe(Layer.provide(databaseIn(folder)))),
    Effect.map(({ tables }) => tables.find(({ table }) => table === "price_snapshots"))
  )

const pricesOf = (folder: string) =>
  rowsOf(folder, "SELECT * FROM price_snapshots ORDER BY snapshot_time, ticker").map((row) =>
    JSON.stringify(row)
  )

const cutoffsOf = (folder: string) =>
  rowsOf(
    folder,
    "SELECT before_slot, rows FROM prune_cutoffs WHERE table_name = 'price_snapshots' ORDER BY before_slot"
  )

const month = (folder: string) =>
  join(folder, "exports", "price_snapshots", "month=2026-11", "prices.parquet")

const duck = (sql: string) =>
  Effect.promise(async () => {
    const connection = await (await DuckDBInstance.create(":memory:")).connect()
    const rows = (await connection.runAndReadAll(sql)).getRowsJson()
    connection.closeSync()
    return rows
  })

/** Rewrites the exported month by a SELECT over its own rows. */
const alter = (folder: string, select: string) =>
  Effect.zipRight(
    duck(
      `COPY (${select.replaceAll("exported", `read_parquet('${month(folder)}')`)}) TO '${folder}/altered.parquet'`
    ),
    Effect.sync(() => copyFileSync(join(folder, "altered.parquet"), month(folder)))
  )

describe("a dry run", () => {
  it.scoped("lists the rows that would be removed, and changes nothing", () =>
    Effect.gen(function* () {
      const folder = yield* told()
      yield* exportAll(folder)
      const before = everything(folder)
      assert.deepStrictEqual(yield* prune(folder, { apply: false }), {
        table: "price_snapshots",
        keptFrom: slotText(SLOT + 4 * QUARTER),
        slots: 4,
        rows: 12,
        from: slotText(SLOT),
        before: slotText(SLOT + 3 * QUARTER + 1),
        stays: null
      })
      assert.deepStrictEqual(everything(folder), before)
      assert.deepStrictEqual(cutoffsOf(folder), [])
      assert.deepStrictEqual(
        readdirSync(folder).filter((name) => name.startsWith(".prune")),
        []
      )
    })
  )
})

describe("prune", () => {
  it.scoped(
    "removes exactly the rows older than their keep, with a cut-off for each slot, and never the log",
    () =>
      Effect.gen(function* () {
        const folder = yield* told()
        yield* exportAll(folder)
        const before = pricesOf(folder)
        const log = rowsOf(folder, "SELECT seq, chain_sha256 FROM observations ORDER BY seq")
        yield* prune(folder)
        assert.deepStrictEqual(pricesOf(folder), before.slice(12))
        assert.deepStrictEqual(
          cutoffsOf(folder),
          [0, 1, 2, 3].map((n) => ({ before_slot: slotText(SLOT + n * QUARTER + 1), rows: 3 }))
        )
        assert.deepStrictEqual(rowsOf(folder, "SELECT slot FROM price_slots ORDER BY slot"), [
          { slot: SLOT + 4 * QUARTER },
          { slot: SLOT + 5 * QUARTER }
        ])
        assert.deepStrictEqual(rowsOf(folder, "SELECT seq, chain_sha256 FROM observations ORDER BY seq"), log)
        assert.strictEqual((yield* prune(folder))?.slots, 0, "a second time there is nothing to do")
      })
  )

  it.scoped.each<[string, string, string, number]>([
    ["a changed price", "SELECT * REPLACE (yes_bid + 1 AS yes_bid) FROM exported", "other values", 0],
    [
      "two prices that have changed places",
      "SELECT * REPLACE (CASE ticker WHEN 'KX-0' THEN 'KX-1' WHEN 'KX-1' THEN 'KX-0' ELSE ticker END AS ticker) FROM exported",
      "other values",
      0
    ],
    [
      "a row that is gone",
      `SELECT * FROM exported WHERE NOT (ticker = 'KX-1' AND snapshot_time = TIMESTAMPTZ '${slotText(SLOT + 2 * QUARTER)}')`,
      "2 rows",
      2
    ],
    [
      "a row that is there twice",
      `FROM exported UNION ALL (FROM exported WHERE ticker = 'KX-1' AND snapshot_time = TIMESTAMPTZ '${slotText(SLOT + QUARTER)}')`,
      "4 rows",
      1
    ],
    ["a column that is gone", "SELECT * EXCLUDE (volume) FROM exported", "cannot be read", 0]
  ])("stops at %s in the export", ([, select, why, removed]) =>
    Effect.gen(function* () {
      const folder = yield* told()
      yield* exportAll(folder)
      yield* alter(folder, select)
      const pruned = yield* prune(folder)
      assert.strictEqual(pruned?.slots, removed)
      assert.strictEqual(pruned?.stays?.slot, slotText(SLOT + removed * QUARTER))
      assert.strictEqual(pruned?.stays?.slots, 4 - removed)
      assert.include(pruned?.stays?.why, why)
      assert.strictEqual(pricesOf(folder).length, 18 - 3 * removed)
      yield* Effect.provide(verify, tablesIn(folder))
    })
  )

  it.scoped("keeps rows that were recorded after the export, and all rows without one", () =>
    Effect.gen(function* () {
      const folder = yield* told(sixSlots.slice(0, 2))
      assert.include((yield* prune(folder))?.stays?.why, "there is no price_snapshots")
      yield* exportAll(folder)
      yield* Effect.provide(tell(...sixSlots.slice(2, 6)), tablesIn(folder))
      const pruned = yield* prune(folder)
      assert.deepStrictEqual([pruned?.slots, pruned?.stays?.slots], [2, 2])
      assert.include(pruned?.stays?.why, "0 rows")
      rmSync(month(folder))
      assert.strictEqual((yield* prune(folder))?.slots, 0)
    })
  )

  it.scoped("that is interrupted between slots has removed whole slots, and the next prune continues", () =>
    Effect.gen(function* () {
      const folder = yield* told()
      yield* exportAll(folder)
      const before = pricesOf(folder)
      const exit = yield* prune(folder, {
        onProgress: ({ phase, slots }) =>
          phase === "removing" && slots === 2 ? Effect.interrupt : Effect.void
      }).pipe(Effect.exit)
      assert.strictEqual(exit._tag, "Failure")
      assert.deepStrictEqual(pricesOf(folder), before.slice(6))
      assert.strictEqual(cutoffsOf(folder).length, 2)
      yield* Effect.provide(verify, tablesIn(folder))
      assert.strictEqual((yield* prune(folder))?.slots, 2)
      assert.deepStrictEqual(pricesOf(folder), before.slice(12))
    })
  )

  it.scoped("keeps a whole slot if its cut-off cannot be recorded", () =>
    Effect.gen(function* () {
      const folder = yield* told()
      yield* exportAll(folder)
      raw(folder, (database) =>
        database.exec(`CREATE TRIGGER no_more BEFORE INSERT ON prune_cutoffs
          WHEN (SELECT count(*) FROM prune_cutoffs) = 1 BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`)
      )
      assert.strictEqual((yield* Effect.exit(prune(folder)))._tag, "Failure")
      assert.strictEqual(pricesOf(folder).length, 15)
      yield* Effect.provide(verify, tablesIn(folder))
    })
  )
})

describe("order books", () => {
  const levels = (folder: string) =>
    rowsOf(
      folder,
      "SELECT ticker, snapshot_time, side, price, size FROM orderbook_snapshots ORDER BY 2, 1, 3, 4"
    ).map((row) => JSON.stringify(row))

  const books = (n: number) =>
    answer(n, {
      feed: "orderbooks",
      slot: SLOT + n * QUARTER,
      endpoint: "GET /markets/orderbooks",
      request: "/markets/orderbooks?tickers=KX-0",
      body: new TextEncoder().encode(
        JSON.stringify({
          orderbooks: ["KX-0", "KX-1", "KX-2"].map((ticker, at) => ({
            ticker,
            orderbook_fp: {
              yes_dollars:
                at === 2
                  ? []
                  : [
                      [`0.4${n}00`, "12.00"],
                      ["0.4900", "2.50"]
                    ],
              no_dollars: at === 2 ? [] : [["0.3000", "7.00"]]
            }
          }))
        })
      )
    })

  it.scoped("are removed with their slot, including the empty ones, once the export holds every level", () =>
    Effect.gen(function* () {
      const folder = yield* told(Array.from({ length: SLOTS }, (_, n) => books(n)))
      yield* exportAll(folder)
      const before = levels(folder)
      assert.strictEqual(before.length, SLOTS * 6)
      yield* prune(folder)
      assert.deepStrictEqual(levels(folder), before.slice(24))
      for (const table of ["slots", "pages", "books"])
        assert.strictEqual(
          rowsOf(folder, `SELECT * FROM orderbook_${table}`).length,
          table === "books" ? 6 : 2
        )
      const kept = everything(folder)
      yield* Effect.provide(verify, tablesIn(folder))
      yield* Effect.provide(rebuild, tablesIn(folder))
      assert.deepStrictEqual(everything(folder), kept)
      yield* exportAll(folder)
      const [held] = yield* duck(`SELECT count(*) FROM '${folder}/exports/orderbook_snapshots.parquet'`)
      assert.deepStrictEqual(held, [String(SLOTS * 6)])
    })
  )
})

describe("after a prune", () => {
  it.scoped("replay finds the tables equal, and rebuilds them without the removed rows", () =>
    Effect.gen(function* () {
      const folder = yield* told()
      yield* exportAll(folder)
      yield* prune(folder)
      const before = everything(folder)
      yield* Effect.provide(verify, tablesIn(folder))
      yield* Effect.provide(rebuild, tablesIn(folder))
      assert.deepStrictEqual(everything(folder), before)
      assert.strictEqual(cutoffsOf(folder).length, 4)
      yield* Effect.provide(tell(page(7, [market(1, 9)], 5, { slot: SLOT + 7 * QUARTER })), tablesIn(folder))
      yield* Effect.provide(verify, tablesIn(folder))
    })
  )

  it.scoped("an export still holds everything, and so does the next one", () =>
    Effect.gen(function* () {
      const december = Date.UTC(2026, 11, 1) / 1000
      const folder = yield* told([
        ...sixSlots,
        ...[0, 1].map((n) => page(7 + n, [market(n, n)], 5, { slot: december + n * QUARTER }))
      ])
      const { rows } = yield* exportAll(folder)
      const files = `read_parquet('${folder}/exports/price_snapshots/*/*.parquet', hive_partitioning = false)`
      const all = `SELECT * FROM ${files} ORDER BY snapshot_time, ticker`
      const before = yield* duck(all)
      assert.strictEqual(before.length, 20)
      // In the middle of November, at its end, and in the middle of December.
      for (const now of [SLOT + SLOTS * QUARTER, december, december + 3 * QUARTER]) {
        assert.isAbove((yield* prune(folder, { now }))?.slots ?? 0, 0)
        for (const _ of [1, 2]) {
          assert.strictEqual((yield* exportAll(folder)).rows, rows)
          assert.deepStrictEqual(yield* duck(all), before)
        }
      }
      assert.deepStrictEqual(
        yield* duck(`SELECT ticker, snapshot_time FROM read_parquet('${month(folder)}')`),
        yield* duck(`SELECT ticker, snapshot_time FROM read_parquet('${month(folder)}') ORDER BY ALL`)
      )
      yield* Effect.provide(verify, tablesIn(folder))
    })
  )

  it.scoped("an export has the slot of the very next second once", () =>
    Effect.gen(function* () {
      const folder = yield* told([0, 1].map((n) => page(n, [market(0, n)], 10, { slot: SLOT + n })))
      yield* exportAll(folder)
      const pruned = yield* prune(folder, { now: SLOT + 1, keptSeconds: { price_snapshots: 0 } })
      assert.deepInclude(pruned, { slots: 1, before: slotText(SLOT + 1) })
      yield* exportAll(folder)
      assert.deepStrictEqual(
        yield* duck(`SELECT count(*), count(DISTINCT snapshot_time) FROM read_parquet('${month(folder)}')`),
        [["2", "2"]]
      )
    })
  )

  it.scopedLive("replay agrees for any log", () =>
    Effect.gen(function* () {
      let removed = 0
      for (const log of fc.sample(observations(25), { numRuns: 8, seed: 7 })) {
        yield* Effect.gen(function* () {
          const folder = yield* told(log)
          yield* exportAll(folder)
          const pruned = yield* prune(folder, {
            now: SLOT + QUARTER,
            keptSeconds: { price_snapshots: QUARTER / 2 }
          })
          removed += pruned?.slots ?? 0
          const before = everything(folder)
          yield* Effect.provide(verify, tablesIn(folder))
          yield* Effect.provide(rebuild, tablesIn(folder))
          assert.deepStrictEqual(everything(folder), before)
        }).pipe(Effect.scoped)
      }
      assert.isAbove(removed, 0)
    })
  )
})
