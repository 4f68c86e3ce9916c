import { DuckDBDecimalValue, DuckDBTimestampTZValue } from "@duckdb/node-api"
import { assert, describe, it } from "@effect/vitest"
import Sqlite from "better-sqlite3"
import { Effect, FastCheck } from "effect"
import type { ColumnKind } from "../../../../src/domain/read/column.ts"
import { chunkOf, scaling } from "../../../../src/layers/duckdb/staging/chunk.ts"
import type { SqliteValue } from "../../../../src/layers/sqlite/database/Snapshot.ts"

/** The values as SQLite returns them, in one JSON array. */
const packed = (values: ReadonlyArray<number | null>): ReadonlyArray<number | null> => {
  const database = new Sqlite(":memory:")
  database.exec("CREATE TABLE numbers (at INTEGER PRIMARY KEY, value NUMERIC)")
  const insert = database.prepare("INSERT INTO numbers (value) VALUES (?)")
  for (const value of values) insert.run(value)
  const text = database.prepare("SELECT json_group_array(value) FROM numbers").pluck().get()
  database.close()
  return JSON.parse(String(text))
}

/** The values that a chunk of one column holds. */
const stored = (kind: ColumnKind, values: ReadonlyArray<SqliteValue>, name = "value") =>
  chunkOf([{ name, kind }], [values])
    .getColumnValues(0)
    .map((value) => {
      if (value instanceof DuckDBDecimalValue) return Number(value.value)
      if (value instanceof DuckDBTimestampTZValue) return value.micros
      return value
    })

describe("a chunk", () => {
  it.effect("keeps every digit that the domain can hold, and NULL different from 0", () =>
    Effect.sync(() => {
      // From 2^32 contracts on, a double can no longer distinguish all millionths.
      const units = FastCheck.maxSafeNat().map((value) => value % 4_294_967_296_000_000)
      const cell = FastCheck.oneof(
        units,
        units.map((value) => value % 100_000_000),
        FastCheck.constant(null)
      )
      FastCheck.assert(
        FastCheck.property(FastCheck.array(cell, { minLength: 1, maxLength: 300 }), (cells) => {
          const values = cells.map((value) => (value === null ? null : value / 1_000_000))
          assert.deepStrictEqual(stored("contracts", packed(values)), cells)
          assert.deepStrictEqual(
            values.map((value) => (value === null ? null : scaling(6)(value))),
            cells
          )
        }),
        { numRuns: 60 }
      )
    })
  )

  it.effect("reads the numbers that SQLite prints at the limits", () =>
    Effect.sync(() => {
      const values = [0.000001, 0, -0.25, 9_999_999_999, 4294967295.999999, 6.9, 1e-9, null]
      assert.deepStrictEqual(stored("contracts", packed(values)), [
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

  it.effect("stores integers, times, flags, doubles, texts and blobs, each with its NULLs", () =>
    Effect.sync(() => {
      const integers = [-1, 2 ** 32, -(2 ** 40) - 1, null]
      assert.deepStrictEqual(
        stored("integer", integers),
        integers.map((value) => (value === null ? null : BigInt(value)))
      )
      assert.deepStrictEqual(
        stored("time", ["1969-12-31T23:59:59.999999Z", "2026-11-22T12:15:00.123456Z", "", null]),
        [-1n, 1_795_349_700_123_456n, null, null]
      )
      assert.deepStrictEqual(stored("slot", ["2026-11-22T12:15:00Z"]), [1_795_349_700_000_000n])
      assert.deepStrictEqual(stored("flag", [1, 0, null]), [true, false, null])
      assert.deepStrictEqual(stored("real", [0.1, null]), [0.1, null])
      assert.deepStrictEqual(stored("text", ["", "a\0b", null]), ["", "a\0b", null])
      assert.deepStrictEqual(String(stored("blob", [Buffer.from("A"), null])), "A,")
    })
  )

  it.effect("refuses a value that does not fit the type of its column, and names both", () =>
    Effect.sync(() => {
      const refused: ReadonlyArray<readonly [ColumnKind, SqliteValue, RegExp]> = [
        ["cents", 100_000, /column price holds 100000, which does not fit DECIMAL\(9,4\)/],
        ["cents", "45", /does not fit DECIMAL/],
        ["contracts", Number.POSITIVE_INFINITY, /does not fit DECIMAL\(18,6\)/],
        ["integer", 1.5, /column price holds 1.5, which does not fit BIGINT/],
        ["time", "yesterday", /"yesterday", which does not fit TIMESTAMP WITH TIME ZONE/],
        ["slot", "2026-11-22T12:15:00.12x456Z", /does not fit/],
        ["flag", 2, /does not fit BOOLEAN/],
        ["real", "much", /does not fit DOUBLE/]
      ]
      for (const [kind, value, why] of refused) assert.throws(() => stored(kind, [value], "price"), why)
    })
  )
})
