/**
 * Measures the values of a chunk before they become JavaScript objects. The size of a string is the length
 * that DuckDB stores with it; the size of any other value follows from the number of its elements.
 */
import {
  DuckDBArrayType,
  type DuckDBDataChunk,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBUnionType
} from "@duckdb/node-api"
import duckdb from "@duckdb/node-bindings"

/**
 * The size of DuckDB's `string_t` in bytes. Its first four bytes are the length of the string; the rest is a
 * prefix and a pointer, or the text itself.
 */
const STRING_BYTES = 16
/** The size of a list's entry in bytes: an offset and a length, of 64 bits each. */
const ENTRY_BYTES = 16
/** The approximate size, in bytes, of a JavaScript value for a number, a time or an empty list. */
const ELEMENT_BYTES = 16

const STRINGS: ReadonlySet<DuckDBTypeId> = new Set([
  DuckDBTypeId.VARCHAR,
  DuckDBTypeId.BLOB,
  DuckDBTypeId.BIT,
  DuckDBTypeId.BIGNUM,
  DuckDBTypeId.GEOMETRY
])

const viewOf = (vector: duckdb.Vector, bytes: number): DataView => {
  const data = duckdb.vector_get_data(vector, bytes)
  return new DataView(data.buffer, data.byteOffset, data.byteLength)
}

/**
 * Returns a function that tells whether the value of a row is NULL. A vector without NULLs has no validity
 * mask.
 */
const isNull = (vector: duckdb.Vector, count: number): ((row: number) => boolean) => {
  const valid: Uint8Array | null = duckdb.vector_get_validity(vector, 8 * Math.ceil(count / 64))
  return (row) => valid !== null && ((valid[row >> 3] as number) & (1 << (row & 7))) === 0
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0)

/** Returns the sizes of the first `count` values of a vector, in bytes. */
const sizesOf = (vector: duckdb.Vector, type: DuckDBType, count: number): Float64Array => {
  const sizes = new Float64Array(count).fill(ELEMENT_BYTES)
  const add = (child: duckdb.Vector, childType: DuckDBType) =>
    sizesOf(child, childType, count).forEach((size, row) => {
      sizes[row] = (sizes[row] as number) + size
    })
  if (STRINGS.has(type.typeId) && count > 0) {
    const strings = viewOf(vector, count * STRING_BYTES)
    const absent = isNull(vector, count)
    for (let row = 0; row < count; row++)
      if (!absent(row)) sizes[row] = ELEMENT_BYTES + strings.getUint32(row * STRING_BYTES, true)
  } else if (type instanceof DuckDBStructType) {
    type.entryTypes.forEach((entry, at) => {
      add(duckdb.struct_vector_get_child(vector, at), entry)
    })
  } else if (type instanceof DuckDBUnionType) {
    // The first child of a union is its tag.
    type.memberTypes.forEach((member, at) => {
      add(duckdb.struct_vector_get_child(vector, at + 1), member)
    })
  } else if (type instanceof DuckDBArrayType) {
    const elements = sizesOf(duckdb.array_vector_get_child(vector), type.valueType, count * type.length)
    for (let row = 0; row < count; row++)
      sizes[row] = ELEMENT_BYTES + sum(elements.subarray(row * type.length, (row + 1) * type.length))
  } else if ((type instanceof DuckDBListType || type instanceof DuckDBMapType) && count > 0) {
    const entries = viewOf(vector, count * ENTRY_BYTES)
    const absent = isNull(vector, count)
    const elements = listElements(vector, type)
    for (let row = 0; row < count; row++) {
      if (absent(row)) continue
      const from = Number(entries.getBigUint64(row * ENTRY_BYTES, true))
      const length = Number(entries.getBigUint64(row * ENTRY_BYTES + 8, true))
      sizes[row] = ELEMENT_BYTES + sum(elements.subarray(from, from + length))
    }
  }
  return sizes
}

/** Returns the sizes of the elements of all lists in a vector. A map is stored as a list of pairs. */
const listElements = (vector: duckdb.Vector, type: DuckDBListType | DuckDBMapType): Float64Array => {
  const child = duckdb.list_vector_get_child(vector)
  const count = duckdb.list_vector_get_size(vector)
  if (type instanceof DuckDBListType) return sizesOf(child, type.valueType, count)
  const keys = sizesOf(duckdb.struct_vector_get_child(child, 0), type.keyType, count)
  const values = sizesOf(duckdb.struct_vector_get_child(child, 1), type.valueType, count)
  return keys.map((size, at) => size + (values[at] as number))
}

/** Returns, for each column of a chunk, the size of each of its values in bytes. */
export const valueSizes = (
  chunk: DuckDBDataChunk,
  types: ReadonlyArray<DuckDBType>
): ReadonlyArray<Float64Array> =>
  types.map((type, column) =>
    sizesOf(duckdb.data_chunk_get_vector(chunk.chunk, column), type, chunk.rowCount)
  )
