/**
 * Whole columns into DuckDB's vectors in one copy each. The library's own setters take a value at a time,
 * which costs more than everything else between SQLite and Parquet together.
 */
import { createRequire } from "node:module"
import type { DuckDBDataChunk } from "@duckdb/node-api"
import type duckdb from "@duckdb/node-bindings"

/**
 * Loaded with `require`: when an imported CommonJS module fails to load, Node 20 reports the failure a second
 * time, with a stack trace, and no handler can catch that.
 */
const bindings: typeof duckdb = createRequire(import.meta.url)("@duckdb/node-bindings")

/** DuckDB's rows to a chunk. */
export const CHUNK_ROWS = 2048

const WORD = 4_294_967_296

export const vectorOf = (chunk: DuckDBDataChunk, column: number): duckdb.Vector =>
  bindings.data_chunk_get_vector(chunk.chunk, column)

/** Copies rows `from … from + count` of a column of fixed width. */
export const copyValues = (
  vector: duckdb.Vector,
  values: Int32Array | Float64Array | BigInt64Array | Uint8Array,
  from: number,
  count: number
): void => {
  const width = values.BYTES_PER_ELEMENT
  bindings.copy_data_to_vector(
    vector,
    0,
    values.buffer as ArrayBuffer,
    values.byteOffset + from * width,
    count * width
  )
}

/** Copies the validity bits of rows `from … from + count`; `from` is a multiple of 64. */
export const copyValidity = (
  vector: duckdb.Vector,
  valid: Uint32Array | Uint8Array,
  from: number,
  count: number
): void => {
  bindings.vector_ensure_validity_writable(vector)
  bindings.copy_data_to_vector_validity(
    vector,
    0,
    valid.buffer as ArrayBuffer,
    valid.byteOffset + from / 8,
    8 * Math.ceil(count / 64)
  )
}

/** Whole numbers as 64-bit integers, without a BigInt each; `halves` is the same memory as 32-bit words. */
export const widen = (values: Float64Array, count: number, halves: Int32Array): void => {
  for (let row = 0; row < count; row++) {
    const value = values[row] as number
    const high = Math.floor(value / WORD)
    halves[2 * row] = value - high * WORD
    halves[2 * row + 1] = high
  }
}

export const assignText = (vector: duckdb.Vector, row: number, text: string): void => {
  // The short way ends at a NUL.
  if (text.includes("\0")) assignBytes(vector, row, Buffer.from(text, "utf8"))
  else bindings.vector_assign_string_element(vector, row, text)
}

export const assignBytes = (vector: duckdb.Vector, row: number, bytes: Uint8Array): void =>
  bindings.vector_assign_string_element_len(vector, row, bytes)
