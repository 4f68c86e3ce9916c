/** A compaction leaves the rows as they are, in fewer files, and deletes the old files when nobody reads them. */
import { existsSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { lakePath } from "../../../src/layers/files/data-dir.ts"
import { FILE_ROWS_MAX, mergesOf } from "../../../src/layers/lake/merge-plan.ts"
import type { LakeFile } from "../../../src/layers/lake/records.ts"
import { rowsOf, tablesIn, tell } from "../projector/support.ts"
import { failsWith, raw, SLOT, scopedFolder } from "../sqlite/support.ts"
import { answers, compact, duckRows, flush, inLake, inTables, pathsOf, pricesAt } from "./support.ts"

const QUARTER = 900

/** A lake with a file for each of three flushes of a day. */
const threeHours = Effect.gen(function* () {
  yield* TestClock.setTime(SLOT * 1000)
  const folder = yield* scopedFolder
  for (const n of [0, 1, 2]) {
    const quotes = ["B", "A", "C"].map((ticker) => [ticker, `0.${30 + n}00`] as const)
    yield* Effect.provide(tell(...answers(n, [pricesAt(SLOT + n * QUARTER, quotes)])), tablesIn(folder))
    yield* flush(folder)
  }
  return folder
})

const levels = (folder: string) =>
  rowsOf(
    folder,
    "SELECT level, count(*) AS files, sum(rows) AS rows FROM lake_files WHERE table_name = 'price_snapshots' AND retired_at IS NULL GROUP BY level"
  )

describe("a compaction", () => {
  it.scoped("makes hours a day when the day is over, and days a month when the month is", () =>
    Effect.gen(function* () {
      const folder = yield* threeHours
      assert.deepInclude(yield* compact(folder), { before: 0, after: 0 })
      yield* TestClock.adjust("12 hours")
      // The versions of the markets are in one file.
      assert.deepInclude(yield* compact(folder), { before: 4, after: 2 })
      assert.deepStrictEqual(levels(folder), [{ level: "day", files: 1, rows: 9 }])
      assert.deepStrictEqual(yield* inLake(folder), inTables(folder))
      const [path = ""] = pathsOf(folder, "price_snapshots")
      const rows = yield* duckRows(
        `SELECT ticker, epoch(snapshot_time)::BIGINT AS slot FROM read_parquet('${join(lakePath(folder), path)}')`
      )
      assert.deepStrictEqual(
        rows.map(({ slot, ticker }) => [ticker, Number(slot)]),
        ["A", "B", "C"].flatMap((ticker) => [0, 1, 2].map((n) => [ticker, SLOT + n * QUARTER])),
        "sorted by ticker and time"
      )
      yield* TestClock.adjust("9 days")
      assert.deepInclude(yield* compact(folder), { before: 2, after: 2 })
      assert.deepStrictEqual(levels(folder), [{ level: "month", files: 1, rows: 9 }])
      assert.deepStrictEqual(yield* inLake(folder), inTables(folder))
      assert.deepInclude(yield* compact(folder), { before: 0, after: 0 })
    })
  )

  it.scoped("keeps the files that it replaced for an hour, and then deletes them", () =>
    Effect.gen(function* () {
      const folder = yield* threeHours
      const before = pathsOf(folder, "price_snapshots").map((path) => join(lakePath(folder), path))
      yield* TestClock.adjust("12 hours")
      yield* compact(folder)
      yield* TestClock.adjust("59 minutes")
      yield* flush(folder)
      yield* compact(folder)
      assert.isTrue(before.every((path) => existsSync(path)))
      yield* TestClock.adjust("1 minute")
      assert.isAtLeast((yield* compact(folder)).removed, 3)
      assert.isFalse(before.some((path) => existsSync(path)))
      const [{ n } = { n: null }] = rowsOf(
        folder,
        "SELECT count(*) AS n FROM lake_files WHERE removed_at IS NOT NULL AND table_name = 'price_snapshots'"
      )
      assert.strictEqual(n, 3)
    })
  )

  it.scoped("names a file that is missing, cut short, or another, and changes nothing", () =>
    Effect.gen(function* () {
      const folder = yield* threeHours
      yield* TestClock.adjust("12 hours")
      const [path = ""] = pathsOf(folder, "price_snapshots")
      const file = join(lakePath(folder), path)
      const files = () => rowsOf(folder, "SELECT * FROM lake_files WHERE table_name = 'price_snapshots'")
      const before = files()
      const damaged = Effect.gen(function* () {
        const { message } = yield* failsWith(compact(folder), "StorageFailed")
        assert.include(message, path)
        assert.include(message, "kalshi replay")
        assert.deepStrictEqual(files(), before)
      })
      yield* duckRows(`COPY (FROM read_parquet('${file}') LIMIT 2) TO '${file}.other' (FORMAT parquet)`)
      const whole = statSync(file).size
      truncateSync(file, whole - 100)
      yield* damaged
      writeFileSync(file, "no parquet")
      yield* damaged
      rmSync(file)
      yield* damaged
      yield* duckRows(`COPY (FROM read_parquet('${file}.other')) TO '${file}' (FORMAT parquet)`)
      yield* damaged
      yield* duckRows(
        `COPY (FROM read_parquet('${join(lakePath(folder), pathsOf(folder, "price_snapshots")[1] ?? "")}')) TO '${file}' (FORMAT parquet)`
      )
      yield* damaged
    })
  )

  it.scoped("goes on if only the hashes are those of another version of DuckDB", () =>
    Effect.gen(function* () {
      const folder = yield* threeHours
      yield* TestClock.adjust("12 hours")
      raw(folder, (database) => database.exec("UPDATE lake_files SET content_hash = '7'"))
      assert.strictEqual((yield* compact(folder)).before, 4)
      assert.deepStrictEqual(yield* inLake(folder), inTables(folder))
    })
  )
})

describe("the plan of merges", () => {
  const file = (but: Partial<LakeFile>): LakeFile => ({
    path: "one",
    table: "trades",
    level: "hour",
    month: "2026-11",
    firstTime: null,
    lastTime: null,
    rows: 1,
    bytes: 1,
    sha256: "",
    contentHash: "0",
    addedAt: "2026-11-22T23:59:59.000000Z",
    ...but
  })
  const planned = (now: string, ...files: ReadonlyArray<LakeFile>) =>
    mergesOf(files, now).map(({ files, level, month, table }) => [
      `${level} ${table} ${month}`,
      files.map(({ path }) => path).join()
    ])
  const [today, tomorrow, december] = [
    "2026-11-22T23:59:59.999999Z",
    "2026-11-23T00:00:00.000000Z",
    "2026-12-01T00:00:00.000000Z"
  ]

  it("waits until the day of the flush is over", () => {
    assert.deepStrictEqual(planned(today, file({})), [])
    assert.deepStrictEqual(planned(tomorrow, file({})), [["day trades 2026-11", "one"]])
  })

  it("leaves the days of a month alone until it is over", () => {
    const day = file({ path: "day", level: "day" })
    assert.deepStrictEqual(planned(tomorrow, day), [])
    assert.deepStrictEqual(planned(december, day, file({})), [["month trades 2026-11", "one,day"]])
  })

  it("merges what comes late into the small files of a month, and leaves the large ones", () => {
    const small = file({ path: "small", level: "month" })
    const large = file({ path: "large", level: "month", rows: FILE_ROWS_MAX })
    assert.deepStrictEqual(planned(december, small, large), [])
    assert.deepStrictEqual(planned(december, small, large, file({})), [["month trades 2026-11", "one,small"]])
  })

  it("keeps tables and months apart, and leaves whole tables alone", () => {
    assert.deepStrictEqual(
      planned(
        tomorrow,
        file({}),
        file({ path: "two", table: "candlesticks" }),
        file({ path: "three", month: "2026-10" }),
        file({ path: "whole", level: "whole", month: null })
      ),
      [
        ["day trades 2026-11", "one"],
        ["day candlesticks 2026-11", "two"],
        ["month trades 2026-10", "three"]
      ]
    )
  })
})
