/**
 * Copies whole columns into DuckDB's vectors. The library's own setters take one value at a time, which costs
 * more than everything else between SQLite and Parquet together.
 */
import { createRequire } from "node:module"
import type { DuckDBDataChunk } from "@duckdb/node-api"
import type duckdb from "@duckdb/node-bindings"

/**
 * Loaded with `require`: when an imported CommonJS module fails to load, Node 20 reports the failure a second
 * time, with a stack trace, and no handler can catch that.
 */
const bindings: typeof duckdb = createRequire(import.meta.url)("@duckdb/node-bindings")

/** The number of rows in a full chunk of DuckDB. */
export const CHUNK_ROWS = 2048

export const vectorOf = (chunk: DuckDBDataChunk, column: number): duckdb.Vector =>
  bindings.data_chunk_get_vector(chunk.chunk, column)

/** Copies the values of a column of fixed width. */
export const copyValues = (
  vector: duckdb.Vector,
  values: Int32Array | Float64Array | BigInt64Array | Uint8Array
): void =>
  bindings.copy_data_to_vector(vector, 0, values.buffer as ArrayBuffer, values.byteOffset, values.byteLength)

/** Marks the NULLs of a column. `valid` has one bit a row, which is 1 where there is a value. */
export const copyValidity = (vector: duckdb.Vector, valid: Uint8Array): void => {
  bindings.vector_ensure_validity_writable(vector)
  bindings.copy_data_to_vector_validity(
    vector,
    0,
    valid.buffer as ArrayBuffer,
    valid.byteOffset,
    valid.byteLength
  )
}

export const assignText = (vector: duckdb.Vector, row: number, text: string): void => {
  // The library's function for text ends it at a NUL.
  if (text.includes("\0")) assignBytes(vector, row, Buffer.from(text, "utf8"))
  else bindings.vector_assign_string_element(vector, row, text)
}

export const assignBytes = (vector: duckdb.Vector, row: number, bytes: Uint8Array): void =>
  bindings.vector_assign_string_element_len(vector, row, bytes)

/** Fills a column of lists of 32-bit integers, one list a row. */
export const copyLists = (vector: duckdb.Vector, lists: ReadonlyArray<Int32Array>): void => {
  // DuckDB keeps the place of a list as two 64-bit integers: where it begins among the items of all, and its length.
  const places = new BigUint64Array(2 * lists.length)
  const items = new Int32Array(lists.reduce((sum, { length }) => sum + length, 0))
  let from = 0
  for (const [row, list] of lists.entries()) {
    places[2 * row] = BigInt(from)
    places[2 * row + 1] = BigInt(list.length)
    items.set(list, from)
    from += list.length
  }
  bindings.list_vector_reserve(vector, items.length)
  bindings.list_vector_set_size(vector, items.length)
  if (items.length > 0) copyValues(bindings.list_vector_get_child(vector), items)
  bindings.copy_data_to_vector(vector, 0, places.buffer, 0, places.byteLength)
}
