/**
 * The lake holds what the tables hold up to the watermark: each row once, with its types, however the log was cut into
 * flushes, whatever came late, and whether or not SQLite still has the rows.
 */
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, FastCheck as fc, TestClock } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { lakePath } from "../../../src/layers/files/data-dir.ts"
import * as MaintenanceLock from "../../../src/layers/sqlite/database/MaintenanceLock.ts"
import { rowsOf, tablesIn, tell } from "../projector/support.ts"
import { answer, failsWith, raw, SLOT, scopedFolder } from "../sqlite/support.ts"
import {
  answers,
  booksAt,
  compact,
  flush,
  inLake,
  inTables,
  pathsOf,
  pricesAt,
  said,
  tradesOf
} from "./support.ts"

type Step =
  | { readonly kind: "tell"; readonly said: ReadonlyArray<Partial<Observation>> }
  | { readonly kind: "flush" | "failed flush" | "compact" | "failed compact" | "drop" }
  | { readonly kind: "wait"; readonly days: number }

/** Tells one more answer, and flushes. */
const flushed = (folder: string, page: number, but: Partial<Observation>) =>
  Effect.provide(tell(...answers(page, [but])), tablesIn(folder)).pipe(
    Effect.zipRight(flush(folder)),
    Effect.map(({ tables }) => tables)
  )

const filesIn = (folder: string, partition: string) =>
  readdirSync(join(lakePath(folder), partition))
    .map((name) => join(partition, name))
    .sort()

const plain = (kind: Exclude<Step["kind"], "tell" | "wait">) => fc.constant<Step>({ kind })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(said, { minLength: 1, maxLength: 4 }).map((said): Step => ({ kind: "tell", said }))
  },
  { weight: 5, arbitrary: plain("flush") },
  { weight: 1, arbitrary: plain("failed flush") },
  { weight: 2, arbitrary: plain("compact") },
  { weight: 1, arbitrary: plain("failed compact") },
  { weight: 2, arbitrary: plain("drop") },
  { weight: 2, arbitrary: fc.constantFrom(1, 1, 25).map((days): Step => ({ kind: "wait", days })) }
)

/** Removes the facts that the lake holds from SQLite. */
const drop = (folder: string): void =>
  raw(folder, (database) => {
    const seq = database.prepare("SELECT coalesce(min(seq), 0) FROM lake_tables").pluck().get()
    for (const table of [
      "price_rows",
      "trade_rows",
      "candle_rows",
      "orderbook_levels",
      "orderbook_books",
      "market_versions"
    ])
      database.prepare(`DELETE FROM ${table} WHERE seq <= ?`).run(seq)
  })

/** Lets the commit fail: the files are written, and no record lists them. */
const withFailingCommit = <A, E, R>(folder: string, self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    raw(folder, (database) =>
      database.exec(
        "CREATE TRIGGER stop BEFORE INSERT ON lake_files BEGIN SELECT RAISE(ABORT, 'stopped'); END"
      )
    )
    const exit = yield* Effect.exit(self)
    raw(folder, (database) => database.exec("DROP TRIGGER stop"))
    return exit
  })

describe("a flush", () => {
  it.scoped("writes every row once, in the types of the tables, and says how many", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(SLOT * 1000)
      const folder = yield* scopedFolder
      yield* Effect.provide(
        tell(
          ...answers(0, [
            pricesAt(SLOT, [
              ["A", "0.069"],
              ["B", "0.4149"]
            ]),
            tradesOf([{ trade_id: "one" }, { trade_id: "two" }])
          ])
        ),
        tablesIn(folder)
      )
      const { seq, tables } = yield* flush(folder)
      assert.strictEqual(seq, 2)
      assert.deepStrictEqual(
        tables.map(({ files, replaced, rows, table }) => ({ table, rows, replaced, files })),
        [
          { table: "price_snapshots", rows: 2, replaced: 0, files: 1 },
          { table: "orderbook_snapshots", rows: 0, replaced: 0, files: 0 },
          { table: "trades", rows: 2, replaced: 0, files: 1 },
          { table: "candlesticks", rows: 0, replaced: 0, files: 0 },
          { table: "market_history", rows: 2, replaced: 0, files: 1 },
          { table: "event_history", rows: 0, replaced: 0, files: 0 },
          { table: "series_history", rows: 0, replaced: 0, files: 0 }
        ]
      )
      assert.deepStrictEqual(yield* inLake(folder), inTables(folder))
    })
  )

  it.scoped("leaves out what the lake has, and replaces what differs", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const quotes = [["A", "0.0690"] as const, ["B", "0.4149"] as const, ["C", "0.1000"] as const]
      yield* flushed(folder, 0, pricesAt(SLOT, quotes))
      const again = { ...pricesAt(SLOT, quotes.slice(0, 1)), observedAt: answer(0).observedAt }
      assert.deepInclude((yield* flushed(folder, 1, again))[0], { rows: 0, replaced: 0, files: 0 })
      const [file] = pathsOf(folder, "price_snapshots")
      const other = pricesAt(SLOT, [["B", "0.9000"]])
      assert.deepInclude((yield* flushed(folder, 2, other))[0], { rows: 1, replaced: 1, files: 2 })
      assert.deepStrictEqual(yield* inLake(folder), inTables(folder))
      assert.strictEqual(pathsOf(folder, "price_snapshots").length, 2)
      assert.notInclude(pathsOf(folder, "price_snapshots"), file)
    })
  )

  it.scoped("takes the levels of a book out that was recorded again, also if it is empty then", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      const book = (ticker: string) => ({ ticker, yes: [["0.4000", "1.00"] as const], no: [] })
      yield* flushed(folder, 0, booksAt(SLOT, [book("A"), book("B")]))
      const empty = booksAt(SLOT, [{ ticker: "A", yes: [], no: [] }])
      assert.deepInclude((yield* flushed(folder, 1, empty))[1], { rows: 0, replaced: 1 })
      const { orderbook_snapshots: levels } = yield* inLake(folder)
      assert.strictEqual(levels?.length, 1)
      assert.deepStrictEqual(levels, inTables(folder).orderbook_snapshots)
    })
  )

  it.scoped.each([false, true])(
    "keeps the finest time of a trade that is sent again with fewer digits (removed from SQLite: %s)",
    (removed) =>
      Effect.gen(function* () {
        const folder = yield* scopedFolder
        const sent = (created_time: string, count_fp: string) =>
          tradesOf([{ trade_id: "one", created_time, count_fp }])
        yield* flushed(folder, 0, sent("2026-11-22T12:15:00.654321Z", "8.94"))
        const before = yield* inLake(folder)
        if (removed) drop(folder)
        const same = yield* flushed(folder, 1, sent("2026-11-22T12:15:00Z", "8.94"))
        assert.deepInclude(same[2], { rows: 0, replaced: 0 })
        assert.deepStrictEqual(yield* inLake(folder), before)
        const other = yield* flushed(folder, 2, sent("2026-11-22T12:15:00.654Z", "2.5"))
        assert.deepInclude(other[2], { rows: 1, replaced: 1 })
        const { trades = [] } = yield* inLake(folder)
        assert.strictEqual(trades.length, 1)
        assert.include(trades[0], "12:15:00.654321Z")
        assert.include(trades[0], ",2.5,")
      })
  )

  it.scoped("changes nothing if it cannot commit, and the next one removes the files that it wrote", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* flushed(folder, 0, pricesAt(SLOT, [["A", "0.0690"]]))
      const before = yield* inLake(folder)
      yield* Effect.provide(tell(...answers(1, [pricesAt(SLOT, [["A", "0.9000"]])])), tablesIn(folder))
      const exit = yield* withFailingCommit(folder, flush(folder))
      assert.isTrue(Exit.isFailure(exit))
      assert.deepStrictEqual(yield* inLake(folder), before)
      assert.isAbove(filesIn(folder, "price_snapshots/month=2026-11").length, 1)
      writeFileSync(join(lakePath(folder), "price_snapshots/month=2026-11/mine.parquet"), "")
      yield* flush(folder)
      assert.deepStrictEqual(yield* inLake(folder), inTables(folder))
      const listed = rowsOf(folder, "SELECT path FROM lake_files WHERE table_name = 'price_snapshots'")
      assert.deepStrictEqual(
        filesIn(folder, "price_snapshots/month=2026-11"),
        [...listed.map(({ path }) => String(path)), "price_snapshots/month=2026-11/mine.parquet"].sort()
      )
    })
  )

  it.scoped("is refused while another maintenance works", () =>
    Effect.gen(function* () {
      const folder = yield* scopedFolder
      yield* flushed(folder, 0, pricesAt(SLOT, [["A", "0.0690"]]))
      yield* MaintenanceLock.acquire(folder, "a test")
      assert.include((yield* failsWith(flush(folder), "MaintenanceLocked")).message, "a test")
    })
  )

  it.effect.prop(
    "and compactions, in any order, keep the lake equal to tables that nothing was removed from",
    { steps: fc.array(step, { minLength: 3, maxLength: 24 }) },
    ({ steps }) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(SLOT * 1000)
        const [folder, model] = [yield* scopedFolder, yield* scopedFolder]
        let told = 0
        for (const step of [...steps, { kind: "flush" } as const, { kind: "compact" } as const]) {
          if (step.kind === "tell") {
            const log = answers(told, step.said)
            told += log.length
            yield* Effect.provide(tell(...log), tablesIn(folder))
            yield* Effect.provide(tell(...log), tablesIn(model))
          } else if (told === 0) continue
          else if (step.kind === "wait") yield* TestClock.adjust(`${step.days} days`)
          else if (step.kind === "drop") drop(folder)
          else {
            const work = step.kind.endsWith("flush") ? Effect.asVoid(flush(folder)) : compact(folder)
            yield* step.kind.startsWith("failed") ? withFailingCommit(folder, work) : work
          }
        }
        if (told > 0) assert.deepStrictEqual(yield* inLake(folder), inTables(model))
      }).pipe(Effect.scoped),
    { fastCheck: { numRuns: 8 } }
  )
})
