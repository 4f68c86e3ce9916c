import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, FastCheck } from "effect"
import { makeUnpacked, scaled, unpack } from "../../../../src/layers/duckdb/staging/decimals.ts"

const pack = (values: ReadonlyArray<number | null>): Uint8Array => {
  const database = new Sqlite(":memory:")
  database.exec("CREATE TABLE numbers (at INTEGER PRIMARY KEY, value NUMERIC)")
  const insert = database.prepare("INSERT INTO numbers (value) VALUES (?)")
  for (const value of values) insert.run(value)
  const packed = database.prepare("SELECT CAST(json_group_array(value) AS BLOB) FROM numbers").pluck().get()
  database.close()
  return packed as Uint8Array
}

const unpacked = (values: ReadonlyArray<number | null>, scale: number): ReadonlyArray<number | null> => {
  const into = makeUnpacked(values.length)
  unpack(pack(values), values.length, scale, into)
  return values.map((_, row) => {
    const isValid = (((into.valid[row >> 5] as number) >>> (row & 31)) & 1) === 1
    return isValid ? (into.values[row] ?? null) : null
  })
}

describe("decimals", () => {
  it.effect("keeps every digit that the domain can hold, and NULL apart from 0", () =>
    Effect.sync(() => {
      // 2^32 contracts is where a double can no longer tell all millionths apart.
      const units = FastCheck.maxSafeNat().map((value) => value % 4_294_967_296_000_000)
      const cell = FastCheck.oneof(
        units,
        units.map((value) => value % 100_000_000),
        FastCheck.constant(null)
      )
      FastCheck.assert(
        FastCheck.property(FastCheck.array(cell, { minLength: 1, maxLength: 300 }), (cells) => {
          const values = cells.map((value) => (value === null ? null : value / 1_000_000))
          assert.deepStrictEqual(unpacked(values, 6), cells)
          assert.deepStrictEqual(
            values.map((value) => (value === null ? null : scaled(value, 6))),
            cells
          )
        }),
        { numRuns: 60 }
      )
    })
  )

  it.effect("reads what SQLite prints at the edges", () =>
    Effect.sync(() => {
      const values = [0.000001, 0, -0.25, 9_999_999_999, 4294967295.999999, 6.9, 1e-9, null]
      assert.deepStrictEqual(unpacked(values, 6), [
        1,
        0,
        -250_000,
        9_999_999_999_000_000,
        4_294_967_295_999_999,
        6_900_000,
        0,
        null
      ])
    })
  )
})
