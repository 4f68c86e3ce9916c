/**
 * Slices of `price_rows` into chunks of DuckDB. A slice is a run of markets within one slot, which SQLite
 * hands over as one row of packed columns (see decimals.ts).
 */
import { BIGINT, DECIMAL, DuckDBDataChunk, type DuckDBType, INTEGER } from "@duckdb/node-api"
import { priceSnapshots } from "../../../domain/read/prices/table.ts"
import type { SqliteRow } from "../../sqlite/database/Snapshot.ts"
import { makeUnpacked, type Unpacked, unpack } from "./decimals.ts"
import { decimalOf, kindOf } from "./kinds.ts"
import { CHUNK_ROWS, copyValidity, copyValues, vectorOf, widen } from "./vectors.ts"

/** Rows of a slice at most: large enough to make the statement's cost small, small enough for the caches. */
export const SLICE_ROWS = 4 * CHUNK_ROWS

/** The columns of `price_rows` that hold what was quoted. */
export const QUOTES: ReadonlyArray<string> = [
  "yes_bid",
  "yes_ask",
  "no_bid",
  "no_ask",
  "last_price",
  "volume",
  "volume_24h",
  "open_interest",
  "liquidity",
  "yes_bid_size",
  "yes_ask_size"
]

const PLAIN = {
  /** Microseconds of the slot. */
  slot: { sql: "BIGINT", type: BIGINT, wide: true, scale: 0, width: 18 },
  market: { sql: "INTEGER", type: INTEGER, wide: false, scale: 0, width: 9 },
  /** Read as the seq of the page, and staged as its time: the microseconds of `observed_at`. */
  seq: { sql: "BIGINT", type: BIGINT, wide: true, scale: 0, width: 18 }
} as const

interface Shape {
  readonly sql: string
  readonly type: DuckDBType
  /** 64 bits rather than 32. */
  readonly wide: boolean
  readonly scale: number
  readonly width: number
}

/** How a column of `price_rows` is staged. */
export const shapeOf = (column: string): Shape => {
  if (column === "slot" || column === "market" || column === "seq") return PLAIN[column]
  const decimal = decimalOf(column, kindOf(priceSnapshots, column)) ?? { width: 18, scale: 6 }
  const { width, scale } = decimal
  return { sql: `DECIMAL(${width},${scale})`, type: DECIMAL(width, scale), wide: width > 9, width, scale }
}

/** The statement that packs a slice: `slot = ?`, `market > ?`, `market <= ?`. The first column counts the rows. */
export const sliceSql = (columns: ReadonlyArray<string>): string => {
  const packed = columns.map((column) => `CAST(json_group_array(${column}) AS BLOB)`)
  return `SELECT ${["count(*)", ...packed].join(", ")} FROM price_rows WHERE slot = ? AND market > ? AND market <= ?`
}

export interface PriceBatches {
  /** The columns that slices have, in the order of `sliceSql`. */
  readonly columns: ReadonlyArray<string>
  /** Page numbers of the slice that have no time yet. */
  readonly unknownPages: (slice: SqliteRow) => ReadonlyArray<number>
  /** The chunks of a slice. Throws when a value does not fit the type of its column. */
  readonly chunks: (slot: number, slice: SqliteRow) => ReadonlyArray<DuckDBDataChunk>
}

/** `times` holds the microseconds of every page that a slice speaks of. */
export const makePriceBatches = (
  columns: ReadonlyArray<string>,
  times: ReadonlyMap<number, number>
): PriceBatches => {
  const shapes = columns.map(shapeOf)
  const types = [BIGINT, ...shapes.map(({ type }) => type)]
  const unpacked = makeUnpacked(SLICE_ROWS)
  const narrow = new Int32Array(SLICE_ROWS)
  const halves = new Int32Array(2 * SLICE_ROWS)
  const wide = new BigInt64Array(halves.buffer)
  const seqAt = columns.indexOf("seq")

  const read = (slice: SqliteRow, index: number, into: Unpacked): void => {
    const text = slice[index + 1]
    const shape = shapes[index]
    if (!(text instanceof Uint8Array) || shape === undefined)
      throw new Error(`price_rows.${columns[index]} is not packed`)
    unpack(text, Number(slice[0]), shape.scale, into)
    if (into.largest >= 10 ** shape.width) {
      throw new Error(`price_rows.${columns[index]} holds a value that does not fit ${shape.sql}`)
    }
  }

  const place = (
    chunks: ReadonlyArray<DuckDBDataChunk>,
    column: number,
    isWide: boolean,
    nulls: boolean
  ): void => {
    chunks.forEach((chunk, at) => {
      const vector = vectorOf(chunk, column)
      copyValues(vector, isWide ? wide : narrow, at * CHUNK_ROWS, chunk.rowCount)
      if (nulls) copyValidity(vector, unpacked.valid, at * CHUNK_ROWS, chunk.rowCount)
    })
  }

  return {
    columns,
    unknownPages: (slice) => {
      if (seqAt === -1) return []
      read(slice, seqAt, unpacked)
      const unknown = new Set<number>()
      let previous = -1
      for (let row = 0; row < Number(slice[0]); row++) {
        const seq = unpacked.values[row] as number
        if (seq !== previous && !times.has(seq)) unknown.add(seq)
        previous = seq
      }
      return [...unknown]
    },
    chunks: (slot, slice) => {
      const rows = Number(slice[0])
      const chunks: Array<DuckDBDataChunk> = []
      for (let from = 0; from < rows; from += CHUNK_ROWS) {
        chunks.push(DuckDBDataChunk.create(types, Math.min(CHUNK_ROWS, rows - from)))
      }
      wide.fill(BigInt(slot) * 1_000_000n, 0, rows)
      place(chunks, 0, true, false)
      shapes.forEach((shape, index) => {
        read(slice, index, unpacked)
        const { values } = unpacked
        if (index === seqAt) {
          for (let row = 0; row < rows; row++) values[row] = times.get(values[row] as number) ?? Number.NaN
        }
        if (shape.wide) widen(values, rows, halves)
        else narrow.set(rows === SLICE_ROWS ? values : values.subarray(0, rows))
        place(chunks, index + 1, shape.wide, unpacked.nulls)
      })
      return chunks
    }
  }
}
