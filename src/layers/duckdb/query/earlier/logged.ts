/** Reads single observations of the log, from the moment of the database that a query sees and from the archive. */
import { Effect, Stream } from "effect"
import { type LogDamaged, StorageFailed } from "../../../../domain/errors.ts"
import type { LoggedObservation } from "../../../../domain/observation.ts"
import { openSegment } from "../../../archive/reader.ts"
import { SEGMENT_COLUMNS, type SegmentRecord } from "../../../archive/segment.ts"
import type { Snapshot, SqliteRow } from "../../../sqlite/database/Snapshot.ts"
import { LOG_COLUMNS, type LogRow, sealArchived, toSealed } from "../../../sqlite/log/log-row.ts"
import { open } from "../../../sqlite/log/sealed.ts"

/** The number of bodies that are read from SQLite at a time, and the number that are open at a time. */
const ROWS_A_TIME = 16
const OPEN_MAX = 3

const HOT_COLUMNS: ReadonlyArray<string> = [...LOG_COLUMNS.split(", "), "body"]

const record = <A>(columns: ReadonlyArray<string>, row: SqliteRow): A =>
  Object.fromEntries(columns.map((column, index) => [column, row[index]])) as A

/** Damage to the log fails a query as a storage that cannot be read does. */
const inWords = (error: StorageFailed | LogDamaged): StorageFailed =>
  error instanceof StorageFailed
    ? error
    : new StorageFailed({ operation: "reading the log", why: error.message, cause: error })

const segmentsWith = (
  snapshot: Snapshot,
  seqs: ReadonlyArray<number>
): Effect.Effect<
  ReadonlyArray<{ readonly segment: SegmentRecord; readonly only: ReadonlyArray<number> }>,
  StorageFailed
> =>
  Effect.gen(function* () {
    if (seqs.length === 0) return []
    const rows = yield* snapshot.query(
      `SELECT ${SEGMENT_COLUMNS.join(", ")} FROM archive_segments WHERE last_seq >= ? AND first_seq <= ? ORDER BY first_seq`,
      [seqs[0] ?? 0, seqs.at(-1) ?? 0]
    )
    return rows.flatMap((row) => {
      const segment = record<SegmentRecord>(SEGMENT_COLUMNS, row)
      const only = seqs.filter((seq) => seq >= segment.first_seq && seq <= segment.last_seq)
      return only.length === 0 ? [] : [{ segment, only }]
    })
  })

const hotRows = (snapshot: Snapshot, seqs: ReadonlyArray<number>) =>
  Stream.fromIterable(
    Array.from({ length: Math.ceil(seqs.length / ROWS_A_TIME) }, (_, n) =>
      seqs.slice(n * ROWS_A_TIME, (n + 1) * ROWS_A_TIME)
    )
  ).pipe(
    Stream.mapEffect((part) =>
      snapshot.query(
        `SELECT ${HOT_COLUMNS.join(", ")} FROM observations
         WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq`,
        [JSON.stringify(part)]
      )
    ),
    Stream.flattenIterables,
    Stream.map((row) => toSealed(record<LogRow>(HOT_COLUMNS, row)))
  )

/** Returns the observations with some seqs, which are in order, each checked against its hash. */
export const observationsOf = (
  dataDir: string,
  snapshot: Snapshot,
  seqs: ReadonlyArray<number>
): Stream.Stream<LoggedObservation, StorageFailed> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const [[firstHot = null] = []] = yield* snapshot.query("SELECT min(seq) FROM observations")
      const isHot = (seq: number) => firstHot !== null && seq >= Number(firstHot)
      const segments = yield* segmentsWith(
        snapshot,
        seqs.filter((seq) => !isHot(seq))
      )
      const archived = Stream.fromIterable(segments).pipe(
        Stream.flatMap(({ only, segment }) =>
          Stream.unwrapScoped(
            Effect.map(openSegment(dataDir, segment), ({ observations }) =>
              observations({ from: only[0] ?? 0, to: only.at(-1) ?? 0, only })
            )
          )
        ),
        Stream.flattenIterables,
        Stream.map(sealArchived)
      )
      return Stream.concat(archived, hotRows(snapshot, seqs.filter(isHot))).pipe(
        Stream.mapEffect(open, { concurrency: OPEN_MAX })
      )
    })
  ).pipe(Stream.mapError(inWords))
