/** Rows as SQLite hands them over, into chunks of DuckDB: for tables of words, read column by column. */
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DECIMAL,
  DOUBLE,
  DuckDBDataChunk,
  type DuckDBType,
  TIMESTAMPTZ,
  VARCHAR
} from "@duckdb/node-api"
import type { ColumnKind } from "../../../domain/read/column.ts"
import type { SqliteRow, SqliteValue } from "../../sqlite/database/Snapshot.ts"
import { scaled } from "./decimals.ts"
import { decimalOf } from "./kinds.ts"
import { assignBytes, assignText, copyValidity, copyValues, vectorOf } from "./vectors.ts"

/** A column to be staged; `text` for a time that is to stay the text it is. */
export interface StagedColumn {
  readonly name: string
  readonly kind: ColumnKind
}

const PLAIN: Readonly<Record<Exclude<ColumnKind, "cents" | "contracts">, DuckDBType>> = {
  text: VARCHAR,
  integer: BIGINT,
  real: DOUBLE,
  flag: BOOLEAN,
  slot: TIMESTAMPTZ,
  time: TIMESTAMPTZ,
  blob: BLOB
}

const duckType = ({ name, kind }: StagedColumn): DuckDBType => {
  const decimal = decimalOf(name, kind)
  if (decimal !== undefined) return DECIMAL(decimal.width, decimal.scale)
  return PLAIN[kind as Exclude<ColumnKind, "cents" | "contracts">]
}

/** `2026-11-22T12:15:00.123456Z` as microseconds since the epoch. */
export const micros = (text: string): bigint => {
  const millis = Date.parse(`${text.slice(0, 19)}Z`)
  const fraction = text.slice(20, 26)
  const whole = text.length === 20 && text[19] === "Z"
  if (Number.isNaN(millis) || !(whole || (text.length === 27 && /^\d{6}$/.test(fraction)))) {
    throw new Error(`"${text}" is not a time of the tables`)
  }
  return BigInt(millis) * 1000n + (whole ? 0n : BigInt(fraction))
}

const wrong = (column: StagedColumn, value: SqliteValue): Error =>
  new Error(`column ${column.name} holds ${JSON.stringify(value)}, which does not fit ${duckType(column)}`)

const decimalUnits = (column: StagedColumn, value: SqliteValue, scale: number, width: number): bigint => {
  if (typeof value !== "number") throw wrong(column, value)
  const units = scaled(value, scale)
  if (Math.abs(units) >= 10 ** width) throw wrong(column, value)
  return BigInt(units)
}

type Setter = (row: number, value: Exclude<SqliteValue, null>) => void

/** How a value of the column gets into the chunk, and what is left to do after the last one. */
const setterOf = (
  column: StagedColumn,
  chunk: DuckDBDataChunk,
  index: number,
  count: number
): { readonly set: Setter; readonly flush: () => void } => {
  const vector = vectorOf(chunk, index)
  const fixed = (
    values: Int32Array | Float64Array | BigInt64Array | Uint8Array,
    set: Setter
  ): { readonly set: Setter; readonly flush: () => void } => ({
    set,
    flush: () => copyValues(vector, values, 0, count)
  })
  const decimal = decimalOf(column.name, column.kind)
  if (decimal !== undefined && decimal.width <= 9) {
    const values = new Int32Array(count)
    return fixed(values, (row, value) => {
      values[row] = Number(decimalUnits(column, value, decimal.scale, decimal.width))
    })
  }
  if (decimal !== undefined) {
    const values = new BigInt64Array(count)
    return fixed(values, (row, value) => {
      values[row] = decimalUnits(column, value, decimal.scale, decimal.width)
    })
  }
  if (column.kind === "slot" || column.kind === "time" || column.kind === "integer") {
    const values = new BigInt64Array(count)
    return fixed(values, (row, value) => {
      if (column.kind !== "integer") values[row] = micros(String(value))
      else if (Number.isInteger(value)) values[row] = BigInt(value as number)
      else throw wrong(column, value)
    })
  }
  if (column.kind === "real") {
    const values = new Float64Array(count)
    return fixed(values, (row, value) => {
      if (typeof value !== "number") throw wrong(column, value)
      values[row] = value
    })
  }
  if (column.kind === "flag") {
    const values = new Uint8Array(count)
    return fixed(values, (row, value) => {
      if (value !== 0 && value !== 1) throw wrong(column, value)
      values[row] = value
    })
  }
  if (column.kind === "blob") {
    return {
      set: (row, value) =>
        assignBytes(vector, row, typeof value === "object" ? value : Buffer.from(String(value))),
      flush: () => undefined
    }
  }
  return { set: (row, value) => assignText(vector, row, String(value)), flush: () => undefined }
}

/** In DuckDB a time that the exchange sent as "" is NULL: a TIMESTAMP has no empty value. */
const isNull = (column: StagedColumn, value: SqliteValue | undefined): boolean =>
  value === null ||
  value === undefined ||
  (value === "" && (column.kind === "time" || column.kind === "slot"))

/** At most 2,048 rows as a chunk. Throws when a value does not fit the type of its column. */
export const chunkOf = (
  columns: ReadonlyArray<StagedColumn>,
  rows: ReadonlyArray<SqliteRow>
): DuckDBDataChunk => {
  const chunk = DuckDBDataChunk.create(columns.map(duckType), rows.length)
  columns.forEach((column, index) => {
    const { set, flush } = setterOf(column, chunk, index, rows.length)
    const valid = new Uint8Array(8 * Math.ceil(rows.length / 64)).fill(0xff)
    let nulls = false
    rows.forEach((row, at) => {
      const value = row[index]
      if (value === null || value === undefined || isNull(column, value)) {
        valid[at >> 3] = (valid[at >> 3] as number) & ~(1 << (at & 7))
        nulls = true
      } else {
        set(at, value)
      }
    })
    flush()
    if (nulls) copyValidity(vectorOf(chunk, index), valid, 0, rows.length)
  })
  return chunk
}
