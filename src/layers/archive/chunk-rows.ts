/** Converts chunks of DuckDB that were read from a segment into rows and pieces. */
import { type DuckDBBlobVector, type DuckDBDataChunk, DuckDBListVector } from "@duckdb/node-api"
import { ARCHIVED_COLUMNS } from "./files.ts"
import type { LivePiece } from "./live-pieces.ts"
import type { ArchivedRow } from "./segment.ts"

const valueAt = (chunk: DuckDBDataChunk, column: number, row: number): string | number | null => {
  const value = chunk.getColumnVector(column).getItem(row)
  return typeof value === "bigint" ? Number(value) : (value as string | number | null)
}

/** Returns the rows of a chunk whose columns are those of `ARCHIVED_COLUMNS`, and perhaps more behind them. */
export const rowsOf = (chunk: DuckDBDataChunk): ReadonlyArray<ArchivedRow> =>
  Array.from(
    { length: chunk.rowCount },
    (_, row) =>
      Object.fromEntries(
        ARCHIVED_COLUMNS.map(({ name }, column) => [name, valueAt(chunk, column, row)])
      ) as unknown as ArchivedRow
  )

/** Returns the lists of pieces of a chunk, row by row, copied out of it. */
export const listsOf = (chunk: DuckDBDataChunk, column: number): ReadonlyArray<Int32Array> => {
  const lists = chunk.getColumnVector(column)
  if (!(lists instanceof DuckDBListVector)) throw new Error("the column of pieces is no list")
  return Array.from({ length: chunk.rowCount }, (_, row) => {
    const items = lists.getItemVector(row)
    const ids = new Int32Array(items?.itemCount ?? 0)
    for (let at = 0; at < ids.length; at++) ids[at] = Number(items?.getItem(at))
    return ids
  })
}

/** Returns the pieces of a chunk with the columns id, first_seq, last_seq and bytes, copied out of it. */
export const piecesOf = (chunk: DuckDBDataChunk): ReadonlyArray<LivePiece> => {
  const bytes = chunk.getColumnVector(3) as DuckDBBlobVector
  return Array.from({ length: chunk.rowCount }, (_, row) => ({
    id: Number(valueAt(chunk, 0, row)),
    firstSeq: Number(valueAt(chunk, 1, row)),
    lastSeq: Number(valueAt(chunk, 2, row)),
    // Copied into Node's pool of small buffers: DuckDB gives each value as a buffer of its own, or lends its memory.
    bytes: Buffer.from(bytes.getItemBytes(row) ?? [])
  }))
}
