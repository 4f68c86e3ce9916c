/**
 * Reads a segment of the archive with DuckDB. It loads DuckDB, so the log imports it only when there is an archive.
 */
import { join } from "node:path"
import type { DuckDBDataChunk } from "@duckdb/node-api"
import { Effect, Option, type Scope, Stream } from "effect"
import { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import { type Duck, openDuck } from "../duckdb/Duck.ts"
import { letTimersRun } from "../effects/let-timers-run.ts"
import { workFolder, workParent } from "../files/work-folder.ts"
import { listsOf, piecesOf, rowsOf } from "./chunk-rows.ts"
import {
  ARCHIVED_COLUMNS,
  checkSizes,
  OBSERVATIONS_FILE,
  PIECES_FILE,
  quotedPath,
  segmentFolder
} from "./files.ts"
import { LivePieces } from "./live-pieces.ts"
import {
  type ArchivedObservation,
  type ArchivedRow,
  type OpenSegment,
  type Segment,
  type SegmentRange,
  type SegmentRecord,
  segmentName
} from "./segment.ts"

type ReadError = StorageFailed | LogDamaged

/** Above these sizes, in megabytes, DuckDB sorts on the disk. */
const ROWS_MEMORY_MEGABYTES = 128
const PIECES_MEMORY_MEGABYTES = 256

/** Pieces are sorted this number of bytes at a time. DuckDB needs about as much memory as the pieces have bytes. */
const SORT_BYTES = 100_663_296

/** The size, in bytes of bodies, at which a batch of observations ends. */
const BATCH_BYTES = 4_194_304
const BATCH_ROWS = 256

/** DuckDB could not work for a reason that lies outside of the file. */
const OUTSIDE = /memory|disk is full|not allowed|quota|temporary|too many/i

const onError =
  (record: SegmentRecord) =>
  (why: string): ReadError =>
    OUTSIDE.test(why)
      ? new StorageFailed({ operation: `reading archive/${segmentName(record)}`, why })
      : new LogDamaged({
          seq: record.first_seq,
          why: `archive/${segmentName(record)} cannot be read (${why.split("\n")[0]})`
        })

/** Runs a statement. Returns an effect that reads the next chunk of its rows, or none at the end. */
const chunksOf = (
  duck: Duck<ReadError>,
  sql: string
): Effect.Effect<Effect.Effect<Option.Option<DuckDBDataChunk>, ReadError>, ReadError> =>
  Effect.map(
    duck.call(() => duck.connection.stream(sql)),
    (result) =>
      Effect.zipRight(
        letTimersRun,
        duck.call(() => result.fetchChunk())
      ).pipe(
        Effect.map((chunk) => (chunk === null || chunk.rowCount === 0 ? Option.none() : Option.some(chunk)))
      )
  )

const columns = ARCHIVED_COLUMNS.map(({ name }) => name).join(", ")

interface PendingRow {
  readonly row: ArchivedRow
  readonly ids: Int32Array
}

/** Opens a segment in any folder. `spillParent` is where DuckDB may make a folder to sort in. */
export const openSegmentIn = (
  folder: string,
  record: SegmentRecord,
  spillParent: string
): Effect.Effect<Segment, ReadError> =>
  Effect.gen(function* () {
    yield* checkSizes(folder, record)
    const observationsFile = quotedPath(join(folder, OBSERVATIONS_FILE))
    const piecesFile = quotedPath(join(folder, PIECES_FILE))

    const duckOf = (memoryMegabytes: number): Effect.Effect<Duck<ReadError>, ReadError, Scope.Scope> =>
      Effect.flatMap(workFolder("archive", spillParent), (spillFolder) =>
        openDuck<ReadError>({ memoryMegabytes, spillFolder, onError: onError(record) })
      ).pipe(
        // Each thread unpacks a row group of its own, which takes more memory than it saves time.
        Effect.tap((duck) => duck.run("SET threads = 1"))
      )

    const within = ({ from, only, to }: SegmentRange) =>
      `seq BETWEEN ${Math.max(from, record.first_seq)} AND ${Math.min(to, record.last_seq)}${only === undefined ? "" : ` AND seq IN (${only.join(", ")})`}`

    const rows = (range: SegmentRange): Stream.Stream<ReadonlyArray<ArchivedRow>, ReadError> =>
      Stream.unwrapScoped(
        Effect.gen(function* () {
          const duck = yield* duckOf(ROWS_MEMORY_MEGABYTES)
          const next = yield* chunksOf(
            duck,
            `SELECT ${columns} FROM read_parquet(${observationsFile}) WHERE ${within(range)}`
          )
          return Stream.repeatEffectOption(
            Effect.mapError(next, Option.some).pipe(
              Effect.flatMap(
                Option.match({ onNone: () => Effect.fail(Option.none<ReadError>()), onSome: Effect.succeed })
              ),
              Effect.map(rowsOf)
            )
          )
        })
      )

    const piecesSql = (range: SegmentRange, first: SegmentRange): string => {
      const whole = range.only === undefined && range.from <= record.first_seq && range.to >= record.last_seq
      const needed = `id IN (SELECT unnest(pieces) FROM read_parquet(${observationsFile}) WHERE ${within(range)})`
      return `SELECT id, first_seq, last_seq, body || separator FROM read_parquet(${piecesFile}) WHERE first_seq BETWEEN ${first.from} AND ${first.to} ${whole ? "" : `AND ${needed}`} ORDER BY first_seq`
    }

    /** Cuts the first uses of pieces into ranges of seqs, so that the pieces of one can be sorted in memory. */
    const sortableRanges = (
      duck: Duck<ReadError>,
      range: SegmentRange
    ): Effect.Effect<Array<SegmentRange>, ReadError> =>
      Effect.gen(function* () {
        const wanted = yield* duck.run(
          `SELECT sum(body_bytes)::DOUBLE FROM read_parquet(${observationsFile}) WHERE ${within(range)}`
        )
        const [bodies = 0] = (yield* duck.call(() => wanted.getColumns()))[0] ?? []
        if (Number(bodies) <= SORT_BYTES) return [{ from: record.first_seq, to: record.last_seq }]
        const sizes = yield* duck.run(
          `SELECT sum(total_uncompressed_size)::DOUBLE FROM parquet_metadata(${piecesFile}) WHERE path_in_schema = 'body'`
        )
        const firsts = yield* duck.run(
          `SELECT first_seq, count(*)::DOUBLE FROM read_parquet(${piecesFile}) GROUP BY 1 ORDER BY 1`
        )
        const [size = 0] = (yield* duck.call(() => sizes.getColumns()))[0] ?? []
        const [seqs = [], counts = []] = yield* duck.call(() => firsts.getColumns())
        const bytesEach = Number(size) / Math.max(1, record.pieces)
        const ranges: Array<SegmentRange> = []
        let [from, bytes] = [record.first_seq, 0]
        for (const [at, seq] of seqs.entries()) {
          bytes += Number(counts[at]) * bytesEach
          if (bytes < SORT_BYTES) continue
          ranges.push({ from, to: Number(seq) })
          ;[from, bytes] = [Number(seq) + 1, 0]
        }
        return [...ranges, { from, to: record.last_seq }]
      })

    /** Returns an effect that reads the next chunk of pieces, in the order of their first use. */
    const piecesInOrder = (duck: Duck<ReadError>, range: SegmentRange) =>
      Effect.gen(function* () {
        const ranges = yield* sortableRanges(duck, range)
        let chunks: Effect.Effect<Option.Option<DuckDBDataChunk>, ReadError> = Effect.succeedNone
        const next: typeof chunks = Effect.suspend(() => chunks).pipe(
          Effect.flatMap((chunk) => {
            const first = ranges[0]
            if (Option.isSome(chunk) || first === undefined) return Effect.succeed(chunk)
            ranges.shift()
            return Effect.flatMap(chunksOf(duck, piecesSql(range, first)), (opened) => {
              chunks = opened
              return next
            })
          })
        )
        return next
      })

    const observations = (range: SegmentRange) =>
      Stream.unwrapScoped(
        Effect.gen(function* () {
          const rowDuck = yield* duckOf(ROWS_MEMORY_MEGABYTES)
          const pieceDuck = yield* duckOf(PIECES_MEMORY_MEGABYTES)
          const nextRows = yield* chunksOf(
            rowDuck,
            `SELECT ${columns}, pieces FROM read_parquet(${observationsFile}) WHERE ${within(range)}`
          )
          const nextPieces = yield* piecesInOrder(pieceDuck, range)
          const live = new LivePieces()
          let pending: ReadonlyArray<PendingRow> = []
          let at = 0

          const fill = Effect.map(nextRows, (chunk) => {
            at = 0
            pending = Option.match(chunk, {
              onNone: () => [],
              onSome: (found) => {
                const lists = listsOf(found, ARCHIVED_COLUMNS.length)
                return rowsOf(found).map((row, n) => ({ row, ids: lists[n] as Int32Array }))
              }
            })
          })

          /** Reads pieces until those of a body are there, or no more come. */
          const loadPieces = (seq: number): Effect.Effect<void, ReadError> =>
            Effect.suspend(() =>
              live.seq > seq
                ? Effect.void
                : Effect.flatMap(
                    nextPieces,
                    Option.match({
                      onNone: () => Effect.void,
                      onSome: (chunk) => {
                        for (const piece of piecesOf(chunk)) live.add(piece)
                        return loadPieces(seq)
                      }
                    })
                  )
            )

          const nextBatch = Effect.gen(function* () {
            if (at >= pending.length) yield* fill
            const batch: Array<ArchivedObservation> = []
            let bytes = 0
            while (at < pending.length && batch.length < BATCH_ROWS && bytes < BATCH_BYTES) {
              const { ids, row } = pending[at] as PendingRow
              yield* loadPieces(row.seq)
              const body = live.body(row.seq, ids, row.body_bytes)
              if (body instanceof LogDamaged) return yield* body
              batch.push({ ...row, body })
              bytes += body.length
              at += 1
            }
            return batch
          })
          return Stream.repeatEffectOption(
            Effect.mapError(nextBatch, Option.some).pipe(
              Effect.filterOrFail((batch) => batch.length > 0, Option.none<ReadError>)
            )
          )
        })
      )

    return { record, rows, observations }
  })

export const openSegment: OpenSegment = (dataDir, record) =>
  Effect.flatMap(workParent(dataDir), (spillParent) =>
    openSegmentIn(segmentFolder(dataDir, record), record, spillParent)
  )
