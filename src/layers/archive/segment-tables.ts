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

/** Chunks of pieces are handed to DuckDB at this size, in bytes. */
const CHUNK_BYTES = 8_388_608
/** A request that is longer than this number of characters names many markets, and its endpoint is the key instead. */
const KEY_CHARS_MAX = 256

/**
 * The rows of a row group at the most, and its bytes beyond which it has fewer. It is the least that is read of a column,
 * and is in memory as a whole. DuckDB writes no fewer than a chunk of rows.
 */
const GROUP_ROWS = 8192
const GROUP_BYTES = 20_971_520

/**
 * Pieces are sorted this number of bytes at a time: DuckDB can sort texts that are larger than its memory only while
 * their places in it fit.
 */
const SORT_BYTES = 67_108_864

const PIECE_COLUMNS: ReadonlyArray<StagedColumn> = [
  { name: "id", kind: "integer" },
  { name: "kind", kind: "text" },
  { name: "key", kind: "text" },
  { name: "first_seq", kind: "integer" },
  { name: "body", kind: "blob" },
  { name: "separator", kind: "blob" }
]
/** The values of a piece that are known only at the end: its place in the order of the file, and its last use. */
const END_COLUMNS: ReadonlyArray<StagedColumn> = [
  { name: "place", kind: "integer" },
  { name: "last_seq", kind: "integer" }
]

/** Values of a table that DuckDB does not have yet, by column. */
type Waiting = ReadonlyArray<Array<SqliteValue>>

const waitingFor = (columns: ReadonlyArray<unknown>): Waiting => columns.map(() => [])

export interface SegmentTables {
  /** Takes the next observation. */
  readonly add: (row: ArchivedRow, body: Buffer) => Effect.Effect<void, StorageFailed>
  /** The number of distinct pieces so far. */
  readonly pieces: () => number
  /** The bytes of the distinct pieces so far. */
  readonly pieceBytes: () => number
  /** The number of the pieces of all bodies so far. */
  readonly uses: () => number
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
    yield* create("ends", END_COLUMNS)
    yield* duck.run("CREATE TABLE staged.lists (pieces INTEGER[])")

    const ids = makePieceIds()
    let [pieceBytes, waitingBytes, uses] = [0, 0, 0]
    let rows = waitingFor(ARCHIVED_COLUMNS)
    let pieces = waitingFor(PIECE_COLUMNS)
    const lists: Array<Int32Array> = []

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
      const columns = pieces
      pieces = waitingFor(PIECE_COLUMNS)
      waitingBytes = 0
      return append("pieces", () => chunkOf(PIECE_COLUMNS, columns))
    })

    const flushRows = Effect.suspend(() => {
      const columns = rows
      rows = waitingFor(ARCHIVED_COLUMNS)
      return append("observations", () => chunkOf(ARCHIVED_COLUMNS, columns))
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
      for (const [at, value] of values.entries()) pieces[at]?.push(value)
      waitingBytes += item.length + separator.length
      pieceBytes += item.length + separator.length
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
          if (pieces[0]?.length === CHUNK_ROWS || waitingBytes >= CHUNK_BYTES) yield* flushPieces
        }
        lists.push(list)
        uses += list.length
        for (const [at, { name }] of ARCHIVED_COLUMNS.entries()) rows[at]?.push(row[name])
        if (rows[0]?.length === CHUNK_ROWS) yield* flushRows
      })

    /** Returns the place of each piece in the file, from 1, by its number of arrival. */
    const placesOfPieces = Effect.gen(function* () {
      const places = new Int32Array(ids.count() + 1)
      const result = yield* duck.call(() =>
        duck.connection.stream("SELECT id FROM staged.pieces ORDER BY kind, key, first_seq, id")
      )
      for (let place = 1; ; ) {
        const chunk = yield* duck.call(() => result.fetchChunk())
        if (chunk === null || chunk.rowCount === 0) return places
        for (const id of chunk.getColumnValues(0)) places[Number(id)] = place++
      }
    })

    const appendAll = (table: string, length: number, chunk: (from: number, to: number) => DuckDBDataChunk) =>
      Effect.forEach(
        Array.from({ length: Math.ceil(length / CHUNK_ROWS) }, (_, n) => n * CHUNK_ROWS),
        (from) => append(table, () => chunk(from, Math.min(from + CHUNK_ROWS, length))),
        { discard: true }
      )

    /** Appends what was not known before all pieces were. */
    const appendEnds = Effect.gen(function* () {
      const places = yield* placesOfPieces
      const lastSeqs = ids.lastSeqs()
      yield* appendAll("ends", lastSeqs.length, (from, to) =>
        chunkOf(END_COLUMNS, [Array.from(places.subarray(from + 1, to + 1)), lastSeqs.slice(from, to)])
      )
      yield* appendAll("lists", lists.length, (from, to) => {
        const chunk = DuckDBDataChunk.create([LIST(INTEGER)], to - from)
        const placed = lists.slice(from, to).map((list) => list.map((id) => places[id] ?? 0))
        copyLists(vectorOf(chunk, 0), placed)
        return chunk
      })
    })

    const sortPieces = Effect.suspend(() => {
      const parts = Math.max(1, Math.ceil(pieceBytes / SORT_BYTES))
      const inPart = Math.ceil(ids.count() / parts)
      const part = (n: number) =>
        `SELECT e.place::INTEGER AS id, p.kind, p.key, p.first_seq, e.last_seq, p.body, p.separator FROM staged.pieces p POSITIONAL JOIN staged.ends e WHERE e.place > ${n * inPart} AND e.place <= ${(n + 1) * inPart} ORDER BY e.place`
      return Effect.forEach(
        Array.from({ length: parts }, (_, n) => n),
        (n) =>
          duck.run(`${n === 0 ? "CREATE TABLE staged.sorted AS" : "INSERT INTO staged.sorted"} ${part(n)}`),
        { discard: true }
      )
    })

    const groupRows = (): number => {
      const fitting = Math.floor((GROUP_BYTES * ids.count()) / Math.max(1, pieceBytes))
      return Math.max(CHUNK_ROWS, Math.min(GROUP_ROWS, fitting))
    }

    const copy = (select: string, path: string, more: string) =>
      duck.run(
        `COPY (${select}) TO ${quotedPath(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL ${level}${more})`
      )

    const write: SegmentTables["write"] = (files) =>
      Effect.gen(function* () {
        yield* flushPieces
        yield* flushRows
        yield* appendEnds
        yield* copy(
          "SELECT o.*, l.pieces FROM staged.observations o POSITIONAL JOIN staged.lists l",
          files.observations,
          ""
        )
        yield* sortPieces
        // Version 2 stores ids and lengths as differences.
        yield* copy("FROM staged.sorted", files.pieces, `, ROW_GROUP_SIZE ${groupRows()}, PARQUET_VERSION V2`)
      })

    return { add, pieces: ids.count, pieceBytes: () => pieceBytes, uses: () => uses, write }
  })
