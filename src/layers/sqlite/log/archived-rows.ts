/**
 * The rows of the log that are in the archive, and the records of its segments. DuckDB, which reads the segments, is
 * loaded when the first one is opened, because most programs read no archive.
 */
import { dirname } from "node:path"
import { Effect, Option, Ref, Stream } from "effect"
import { LogDamaged, StorageFailed } from "../../../domain/errors.ts"
import { type Segment, type SegmentRange, type SegmentRecord, segmentName } from "../../archive/segment.ts"
import { whyOf } from "../../files/error-words.ts"
import type { Database } from "../database/Database.ts"

/** Names a segment in a message. */
export const nameOf = (record: Pick<SegmentRecord, "first_seq" | "last_seq">): string =>
  `archive/${segmentName(record)}`

const opener = Effect.tryPromise({
  try: () => import("../../archive/reader.ts"),
  catch: (error) =>
    new StorageFailed({
      operation: "loading DuckDB, which reads the archive",
      why: whyOf(error),
      cause: error
    })
})

/** Names the segment in the damage that was found in it. */
export const inSegment =
  (record: SegmentRecord) =>
  <E extends { readonly _tag: string }>(error: E | LogDamaged): E | LogDamaged =>
    error instanceof LogDamaged && error.segment === undefined
      ? new LogDamaged({ seq: error.seq, why: error.why, segment: nameOf(record) })
      : error

/** Fails if the rows of a segment are not those of the range, one after the other. */
const requireContiguous =
  ({ from, to }: SegmentRange) =>
  <Row extends { readonly seq: number }, E, R>(rows: Stream.Stream<ReadonlyArray<Row>, E, R>) =>
    Stream.unwrap(
      Effect.map(Ref.make(from), (next) =>
        rows.pipe(
          Stream.tap((batch) =>
            Effect.flatMap(
              Ref.getAndUpdate(next, (seq) => seq + batch.length),
              (seq) => {
                const gap = batch.findIndex((row, index) => row.seq !== seq + index)
                return gap === -1
                  ? Effect.void
                  : new LogDamaged({ seq: seq + gap, why: "the row is missing" })
              }
            )
          ),
          Stream.concat(
            Stream.execute(
              Effect.flatMap(Ref.get(next), (seq) =>
                seq > to ? Effect.void : new LogDamaged({ seq, why: "the row is missing" })
              )
            )
          )
        )
      )
    )

export const make = (sql: Database["Type"]["sql"]) =>
  Effect.gen(function* () {
    // A directory of an earlier version has no record of segments until a writer opens it. The database of a range of
    // a replay has it in the attached database of the log.
    const file = yield* Ref.make(Option.none<string>())
    const findFile = sql<{ file: string }>`
      SELECT d.file FROM pragma_table_list t JOIN pragma_database_list d ON d.name = t.schema
      WHERE t.name = 'archive_segments' AND t.type = 'table'
    `.pipe(
      Effect.map(([found]) => Option.map(Option.fromNullable(found), ({ file }) => file)),
      Effect.tap((found) => Ref.set(file, found))
    )
    const recordsFile = Effect.flatMap(
      Ref.get(file),
      Option.match({ onNone: () => findFile, onSome: Effect.succeedSome })
    )

    const select = (condition: string, ...values: ReadonlyArray<number | string>) =>
      Effect.flatMap(
        recordsFile,
        Option.match({
          onNone: () => Effect.succeed<ReadonlyArray<SegmentRecord>>([]),
          onSome: () => sql.unsafe<SegmentRecord>(`SELECT * FROM archive_segments ${condition}`, values)
        })
      )
    const first = Effect.map((records: ReadonlyArray<SegmentRecord>) => Option.fromNullable(records[0]))

    /** The record of the segment that holds an observation. */
    const segmentWith = (seq: number) =>
      select("WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1", seq).pipe(
        first,
        Effect.map(Option.filter(({ last_seq }) => seq <= last_seq))
      )

    /** The records of the segments that end at a seq or later, in order. */
    const segmentsFrom = (seq: number) => select("WHERE last_seq >= ? ORDER BY first_seq", seq)

    /** The records of the segments that have observations of a time (`2026-11-22T12:15:00Z`) or later, in order. */
    const observedSince = (time: string) => select("WHERE last_observed_at >= ? ORDER BY first_seq", time)

    /** The record of the newest segment. */
    const newest = select("ORDER BY first_seq DESC LIMIT 1").pipe(first)

    /** The data directory that holds the archive. */
    const dataDir = Effect.flatMap(
      recordsFile,
      Option.match({
        onNone: () => new StorageFailed({ operation: "reading the archive", why: "there is none" }),
        onSome: (path) => Effect.succeed(dirname(path))
      })
    )

    const withSegment = <A>(
      record: SegmentRecord,
      use: (segment: Segment) => Stream.Stream<A, StorageFailed | LogDamaged>
    ) =>
      Stream.unwrapScoped(
        Effect.gen(function* () {
          const { openSegment } = yield* opener
          return use(yield* openSegment(yield* dataDir, record))
        })
      )

    /** The observations of a part of a segment, whose bodies are not compared with their hashes. */
    const observations = (record: SegmentRecord, range: SegmentRange) =>
      withSegment(record, (segment) => segment.observations(range)).pipe(
        requireContiguous(range),
        Stream.mapError(inSegment(record))
      )

    /** The rows of a part of a segment, without bodies. */
    const rows = (record: SegmentRecord, range: SegmentRange) =>
      withSegment(record, (segment) => segment.rows(range)).pipe(
        requireContiguous(range),
        Stream.mapError(inSegment(record))
      )

    return { segmentWith, segmentsFrom, observedSince, newest, dataDir, observations, rows }
  })

export type ArchivedRows = Effect.Effect.Success<ReturnType<typeof make>>
