/** The rows of a segment that is being written, in tables of DuckDB, until they become its Parquet files. */
import { DuckDBDataChunk, INTEGER, LIST } from "@duckdb/node-api"
import { Effect, type Scope } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import type { Duck } from "../duckdb/Duck.ts"
import { chunkOf, type StagedColumn } from "../duckdb/staging/chunk.ts"
import { duckType } from "../duckdb/staging/kinds.ts"
import { CHUNK_ROWS, copyLists, vectorOf } from "../duckdb/staging/vectors.ts"
import type { SqliteValue } from "../sqlite/database/Snapshot.ts"
import { ARCHIVED_COLUMNS, quotedPath } from "./files.ts"
import { makePieceIds } from "./piece-ids.ts"
import { cutBody, keyOf, type PieceKind } from "./pieces.ts"
import type { ArchivedRow } from "./segment.ts"

/** Chunks are handed to DuckDB at this size, in bytes of pieces or of lists. */
const CHUNK_BYTES = 8_388_608
/** A request that is longer than this number of characters names many markets, and its endpoint is the key instead. */
const KEY_CHARS_MAX = 256

/** A row group is the least that is read of a column, and unpacked at a time: some 20 MB of markets. */
const PIECE_ROWS = 8192

const PIECE_COLUMNS: ReadonlyArray<StagedColumn> = [
  { name: "id", kind: "integer" },
  { name: "kind", kind: "text" },
  { name: "key", kind: "text" },
  { name: "first_seq", kind: "integer" },
  { name: "body", kind: "blob" },
  { name: "separator", kind: "blob" }
]
const LAST_COLUMNS: ReadonlyArray<StagedColumn> = [{ name: "last_seq", kind: "integer" }]

/** Values of a table that DuckDB does not have yet, by column. */
interface Waiting {
  readonly columns: ReadonlyArray<Array<SqliteValue>>
  bytes: number
}

const waitingFor = (columns: ReadonlyArray<unknown>): Waiting => ({
  columns: columns.map(() => []),
  bytes: 0
})

export interface SegmentTables {
  /** Takes the next observation. */
  readonly add: (row: ArchivedRow, body: Buffer) => Effect.Effect<void, StorageFailed>
  /** The number of distinct pieces so far. */
  readonly pieces: () => number
  /** The bytes of the distinct pieces so far. */
  readonly pieceBytes: () => number
  /** Writes the two files. Nothing can be added then. */
  readonly write: (files: {
    readonly observations: string
    readonly pieces: string
  }) => Effect.Effect<void, StorageFailed>
}

/** Makes the tables in a DuckDB that has none of them. */
export const makeSegmentTables = (
  duck: Duck<StorageFailed>,
  level: number
): Effect.Effect<SegmentTables, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const create = (table: string, columns: ReadonlyArray<StagedColumn>) =>
      duck.run(
        `CREATE TABLE staged.${table} (${columns.map(({ kind, name }) => `${name} ${duckType(name, kind)}`).join(", ")})`
      )
    yield* duck.run("CREATE SCHEMA staged")
    yield* create("observations", ARCHIVED_COLUMNS)
    yield* create("pieces", PIECE_COLUMNS)
    yield* create("last_uses", LAST_COLUMNS)
    yield* duck.run("CREATE TABLE staged.lists (pieces INTEGER[])")

    const ids = makePieceIds()
    let allPieceBytes = 0
    let rows = waitingFor(ARCHIVED_COLUMNS)
    let lists: Array<Int32Array> = []
    let pieces = waitingFor(PIECE_COLUMNS)

    const append = (table: string, chunk: () => DuckDBDataChunk) =>
      Effect.scoped(
        Effect.flatMap(duck.appender(table), (appender) =>
          duck.attempt(() => {
            appender.appendDataChunk(chunk())
            appender.flushSync()
          })
        )
      )

    const flushPieces = Effect.suspend(() => {
      const { columns } = pieces
      pieces = waitingFor(PIECE_COLUMNS)
      return append("pieces", () => chunkOf(PIECE_COLUMNS, columns))
    })

    const flushRows = Effect.suspend(() => {
      const [{ columns }, ofRows] = [rows, lists]
      rows = waitingFor(ARCHIVED_COLUMNS)
      lists = []
      return Effect.zipRight(
        append("observations", () => chunkOf(ARCHIVED_COLUMNS, columns)),
        append("lists", () => {
          const chunk = DuckDBDataChunk.create([LIST(INTEGER)], ofRows.length)
          copyLists(vectorOf(chunk, 0), ofRows)
          return chunk
        })
      )
    })

    const addPiece = (id: number, row: ArchivedRow, kind: PieceKind, item: Buffer, separator: Buffer) => {
      const short = row.request.length > KEY_CHARS_MAX ? row.endpoint : row.request
      const values = [
        id,
        kind,
        kind === "text" ? short : keyOf(kind, item),
        row.seq,
        // The body that a piece is cut from is much larger, and is not kept.
        Buffer.from(item),
        Buffer.from(separator)
      ]
      for (const [at, value] of values.entries()) pieces.columns[at]?.push(value)
      pieces.bytes += item.length + separator.length
      allPieceBytes += item.length + separator.length
    }

    const add = (row: ArchivedRow, body: Buffer) =>
      Effect.gen(function* () {
        const places = cutBody(body)
        const list = new Int32Array(places.length)
        for (const [at, { end, from, kind, to }] of places.entries()) {
          const { fresh, id } = ids.use(body.subarray(from, end), row.seq)
          list[at] = id
          if (!fresh) continue
          addPiece(id, row, kind, body.subarray(from, to), body.subarray(to, end))
          if ((pieces.columns[0]?.length ?? 0) >= CHUNK_ROWS || pieces.bytes >= CHUNK_BYTES)
            yield* flushPieces
        }
        for (const [at, { name }] of ARCHIVED_COLUMNS.entries()) rows.columns[at]?.push(row[name])
        lists.push(list)
        rows.bytes += list.byteLength
        if (lists.length >= CHUNK_ROWS || rows.bytes >= CHUNK_BYTES) yield* flushRows
      })

    const writeLastUses = Effect.suspend(() => {
      const seqs = ids.lastSeqs()
      const starts = Array.from({ length: Math.ceil(seqs.length / CHUNK_ROWS) }, (_, n) => n * CHUNK_ROWS)
      return Effect.forEach(
        starts,
        (start) => append("last_uses", () => chunkOf(LAST_COLUMNS, [seqs.slice(start, start + CHUNK_ROWS)])),
        { discard: true }
      )
    })

    const copy = (select: string, path: string, more: string) =>
      duck.run(
        `COPY (${select}) TO ${quotedPath(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL ${level}${more})`
      )

    const write: SegmentTables["write"] = (files) =>
      Effect.gen(function* () {
        yield* flushPieces
        yield* flushRows
        yield* writeLastUses
        yield* copy(
          "SELECT o.*, l.pieces FROM staged.observations o POSITIONAL JOIN staged.lists l",
          files.observations,
          ""
        )
        yield* copy(
          "SELECT p.id::INTEGER AS id, p.kind, p.key, p.first_seq, u.last_seq, p.body, p.separator FROM staged.pieces p POSITIONAL JOIN staged.last_uses u ORDER BY p.kind, p.key, p.first_seq, p.id",
          files.pieces,
          `, ROW_GROUP_SIZE ${PIECE_ROWS}`
        )
      })

    return { add, pieces: ids.count, pieceBytes: () => allPieceBytes, write }
  })
