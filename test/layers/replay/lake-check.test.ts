/** `verify` compares the lake with the log as well: every row of every file. */
import { renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import type { Observation } from "../../../src/domain/observation.ts"
import { lakePath } from "../../../src/layers/files/data-dir.ts"
import { stringsMarket } from "../../domain/read/wire/bodies.ts"
import { answers, duckRows, flush, pathsOf, said } from "../lake/support.ts"
import { page } from "../projector/observations.ts"
import { rebuild, tablesIn, tell, verify } from "../projector/support.ts"
import { failsWith, SLOT, scopedFolder } from "../sqlite/support.ts"

const slot = (n: number, as = n) =>
  page(
    n,
    Array.from({ length: 20 }, (_, m) => stringsMarket({ ticker: `T${m}`, volume_fp: `${n * 10 + m}.00` })),
    n,
    { slot: SLOT + as * 900 }
  )

const telling = (folder: string, ...pages: ReadonlyArray<Observation>) =>
  Effect.provide(tell(...pages), tablesIn(folder))

/** A recording whose lake ends before its log; two pages of the slots are told again after the flush. */
const recorded = Effect.tap(scopedFolder, (folder) =>
  telling(folder, slot(0), slot(1), slot(2)).pipe(
    Effect.zipRight(flush(folder)),
    Effect.zipRight(telling(folder, slot(3), slot(4, 1))),
    Effect.zipRight(flush(folder)),
    Effect.zipRight(telling(folder, slot(5), slot(6, 2)))
  )
)

const MONTH = "lake/price_snapshots/month=2026-11"

describe("verify with a lake", () => {
  it.scopedLive("accepts what flushes have written, also where a later answer has replaced rows", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      const { observations } = yield* Effect.provide(verify, tablesIn(folder))
      assert.strictEqual(observations, 7)
      yield* Effect.provide(Effect.zipRight(rebuild, verify), tablesIn(folder))
      yield* flush(folder)
      yield* Effect.provide(verify, tablesIn(folder))
    })
  )

  it.scopedLive("detects a changed row, a lost one and an invented one in a file", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      const [path = ""] = pathsOf(folder, "price_snapshots")
      const file = join(lakePath(folder), path)
      const rows = `read_parquet('${file}.right', hive_partitioning = false)`
      yield* duckRows(
        `COPY (FROM read_parquet('${file}', hive_partitioning = false)) TO '${file}.right' (FORMAT parquet)`
      )
      for (const way of [
        `SELECT * REPLACE (volume + (ticker = 'T7')::INTEGER AS volume) FROM ${rows}`,
        `FROM ${rows} WHERE ticker <> 'T7'`,
        `FROM ${rows} UNION ALL SELECT * REPLACE ('T7x' AS ticker) FROM ${rows} WHERE ticker = 'T7'`
      ]) {
        yield* duckRows(`COPY (${way}) TO '${file}' (FORMAT parquet)`)
        const { tables } = yield* failsWith(Effect.provide(verify, tablesIn(folder)), "TablesDiffer")
        assert.deepStrictEqual(tables, [MONTH], way)
      }
      yield* duckRows(`COPY (FROM ${rows}) TO '${file}' (FORMAT parquet)`)
      yield* Effect.provide(verify, tablesIn(folder))
    })
  )

  it.scopedLive("names a file that is missing", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      const [path = ""] = pathsOf(folder, "price_snapshots")
      rmSync(join(lakePath(folder), path))
      const { message } = yield* failsWith(Effect.provide(verify, tablesIn(folder)), "StorageFailed")
      assert.include(message, path)
    })
  )

  it.scopedLive("accepts what flushes have written of any answers, wherever they were", () =>
    Effect.gen(function* () {
      const samples = fc.sample(fc.tuple(fc.array(said, { minLength: 4, maxLength: 12 }), fc.nat(12)), 4)
      for (const [all, cut] of samples) {
        const folder = yield* scopedFolder
        const answered = answers(0, all)
        yield* telling(folder, ...answered.slice(0, cut))
        yield* flush(folder)
        yield* telling(folder, ...answered.slice(cut))
        yield* Effect.provide(verify, tablesIn(folder))
      }
    })
  )
})

describe("rebuild with a lake", () => {
  it.scopedLive("keeps a lake that is right, and has a wrong one written anew", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      const before = pathsOf(folder, "price_snapshots")
      yield* Effect.provide(rebuild, tablesIn(folder))
      assert.deepStrictEqual(pathsOf(folder, "price_snapshots"), before)
      const [path = ""] = before
      const file = join(lakePath(folder), path)
      yield* duckRows(
        `COPY (SELECT * REPLACE ('T7x' AS ticker) FROM read_parquet('${file}', hive_partitioning = false)) TO '${file}.new' (FORMAT parquet)`
      )
      renameSync(`${file}.new`, file)
      yield* failsWith(Effect.provide(verify, tablesIn(folder)), "TablesDiffer")
      yield* Effect.provide(rebuild, tablesIn(folder))
      assert.deepStrictEqual(pathsOf(folder, "price_snapshots"), [])
      yield* flush(folder)
      assert.isAbove(pathsOf(folder, "price_snapshots").length, 0)
      yield* Effect.provide(verify, tablesIn(folder))
    })
  )

  it.scopedLive("has a table with a missing file written anew", () =>
    Effect.gen(function* () {
      const folder = yield* recorded
      const [path = ""] = pathsOf(folder, "price_snapshots")
      rmSync(join(lakePath(folder), path))
      yield* Effect.provide(rebuild, tablesIn(folder))
      yield* flush(folder)
      yield* Effect.provide(verify, tablesIn(folder))
    })
  )
})
