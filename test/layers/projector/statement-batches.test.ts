/** Batched statements take all rows, in order, however many there are and however wide. */
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { batched } from "../../../src/layers/projector/statement-batches.ts"
import * as SqliteDatabase from "../../../src/layers/sqlite/database/Database.ts"
import { scopedFolder } from "../sqlite/support.ts"

describe("a batched statement", () => {
  it.scoped.prop(
    "writes every row once, in order, and returns what its statements return",
    [fc.integer({ min: 0, max: 1300 }), fc.integer({ min: 1, max: 80 })],
    ([count, width]) =>
      Effect.gen(function* () {
        const { sql } = yield* SqliteDatabase.make(join(yield* scopedFolder, "rows.db"), "scratch")
        const columns = Array.from({ length: width }, (_, i) => `c${i}`)
        yield* sql.unsafe(`CREATE TABLE t (${columns.join(", ")}, other)`)
        const insert = batched<{ readonly c0: number }>(sql, {
          width,
          around: (values) =>
            `WITH rows (${columns.join(", ")}) AS (${values}) INSERT INTO t SELECT *, ? FROM rows WHERE true RETURNING c0`
        })
        const rows = Array.from({ length: count }, (_, i) => columns.map((_, j) => i * width + j))
        const returned = yield* insert(rows, "other")
        assert.deepStrictEqual(
          returned.map(({ c0 }) => c0),
          rows.map(([c0]) => c0)
        )
        const stored = yield* sql.unsafe<Record<string, unknown>>("SELECT * FROM t ORDER BY rowid")
        assert.deepStrictEqual(
          stored.map((row) => Object.values(row)),
          rows.map((row) => [...row, "other"])
        )
      }),
    { fastCheck: { numRuns: 30 } }
  )
})
