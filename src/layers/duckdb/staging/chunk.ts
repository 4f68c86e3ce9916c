/** Converts columns of SQLite's values into a chunk of DuckDB. */
import { DuckDBDataChunk } from "@duckdb/node-api"
import type { ColumnKind } from "../../../domain/read/column.ts"
import { epochMicros } from "../../../domain/units/time.ts"
import type { SqliteValue } from "../../sqlite/database/Snapshot.ts"
import { decimalOf, duckType } from "./kinds.ts"
import { assignBytes, assignText, copyValidity, copyValues, vectorOf } from "./vectors.ts"

/** A column to be staged. */
export interface StagedColumn {
  readonly name: string
  readonly kind: ColumnKind
}

/** The values of one column, row by row. */
export type ColumnValues = ReadonlyArray<SqliteValue>

/**
 * Returns the conversion of doubles to whole units of 10^-scale: 6.9 of scale 4 is 69,000. The whole part and the
 * fraction are multiplied apart, so that the product of a large whole part cannot round the fraction away.
 */
export const scaling = (scale: number): ((value: number) => number) => {
  const power = 10 ** scale
  return (value) => {
    const whole = Math.trunc(value)
    return whole * power + Math.round((value - whole) * power)
  }
}

const WORD = 2 ** 32

/**
 * Whole numbers as 64-bit integers. They are written as two halves, because a BigInt for each value takes
 * several times as long.
 */
const int64 = (values: Float64Array): Int32Array => {
  const halves = new Int32Array(2 * values.length)
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number
    const high = Math.floor(value / WORD)
    halves[2 * row] = value - high * WORD
    halves[2 * row + 1] = high
  }
  return halves
}

/** How DuckDB stores the values of a column of fixed width. */
interface FixedWidth {
  /** Converts a value to the number that is stored. NaN means that the value does not fit the column. */
  readonly toNumber: (value: SqliteValue) => number
  readonly pack: (values: Float64Array) => Int32Array | Float64Array | Uint8Array
}

const double = (value: SqliteValue): number => (typeof value === "number" ? value : Number.NaN)
const whole = (value: SqliteValue): number => (Number.isInteger(value) ? (value as number) : Number.NaN)
const flag = (value: SqliteValue): number => (value === 0 || value === 1 ? value : Number.NaN)
const micros = (value: SqliteValue): number => (typeof value === "string" ? epochMicros(value) : Number.NaN)

const fixedWidthOf = ({ name, kind }: StagedColumn): FixedWidth | undefined => {
  const decimal = decimalOf(name, kind)
  if (decimal !== undefined) {
    const { width } = decimal
    const limit = 10 ** width
    const scaled = scaling(decimal.scale)
    return {
      toNumber: (value) => {
        const units = scaled(double(value))
        return Math.abs(units) < limit ? units : Number.NaN
      },
      pack: width <= 9 ? (values) => new Int32Array(values) : int64
    }
  }
  switch (kind) {
    case "integer":
      return { toNumber: whole, pack: int64 }
    case "slot":
    case "time":
      return { toNumber: micros, pack: int64 }
    case "real":
      return { toNumber: double, pack: (values) => values }
    case "flag":
      return { toNumber: flag, pack: (values) => new Uint8Array(values) }
    default:
      return undefined
  }
}

const place = (vector: ReturnType<typeof vectorOf>, row: number, value: SqliteValue): void =>
  value instanceof Uint8Array ? assignBytes(vector, row, value) : assignText(vector, row, String(value))

const misfit = ({ kind, name }: StagedColumn, value: SqliteValue): Error =>
  new Error(`column ${name} holds ${JSON.stringify(value)}, which does not fit ${duckType(name, kind)}`)

const fill = (chunk: DuckDBDataChunk, index: number, column: StagedColumn, values: ColumnValues): void => {
  const vector = vectorOf(chunk, index)
  const fixed = fixedWidthOf(column)
  // In DuckDB a time that the exchange sent as "" is NULL: a TIMESTAMP has no empty value.
  const emptyIsNull = column.kind === "time" || column.kind === "slot"
  const numbers = new Float64Array(values.length)
  // DuckDB takes the validity in whole words of 64 rows.
  const valid = new Uint8Array(8 * Math.ceil(values.length / 64)).fill(0xff)
  let nulls = 0
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? null
    if (value === null || (emptyIsNull && value === "")) {
      valid[row >> 3] = (valid[row >> 3] as number) & ~(1 << (row & 7))
      nulls += 1
    } else if (fixed === undefined) {
      place(vector, row, value)
    } else {
      const number = fixed.toNumber(value)
      if (Number.isNaN(number)) throw misfit(column, value)
      numbers[row] = number
    }
  }
  if (fixed !== undefined) copyValues(vector, fixed.pack(numbers))
  if (nulls > 0) copyValidity(vector, valid)
}

/** Makes a chunk of at most 2,048 rows. Throws when a value does not fit the type of its column. */
export const chunkOf = (
  columns: ReadonlyArray<StagedColumn>,
  values: ReadonlyArray<ColumnValues>
): DuckDBDataChunk => {
  const chunk = DuckDBDataChunk.create(
    columns.map(({ kind, name }) => duckType(name, kind)),
    values[0]?.length ?? 0
  )
  columns.forEach((column, index) => {
    fill(chunk, index, column, values[index] ?? [])
  })
  return chunk
}
