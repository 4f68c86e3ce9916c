/**
 * The log in SQLite as the archive needs it: reads rows to seal, records segments, removes what is sealed, and gives
 * space back. It has a connection of its own. Each transaction is one synchronous call, so that no fiber of this
 * process waits for a lock that another fiber holds; a lock of another connection is waited for with timers.
 */
import Sqlite from "better-sqlite3"
import { Duration, Effect, Schedule, type Scope } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { letTimersRun } from "../effects/let-timers-run.ts"
import { databasePath } from "../files/data-dir.ts"
import { codeOf, whyOf } from "../files/error-words.ts"
import { LOG_COLUMNS, type LogRow } from "../sqlite/log/log-row.ts"
import { SEGMENT_COLUMNS, type SegmentRecord } from "./segment.ts"

/** The sizes at which a batch of rows ends that is read, in stored bytes and in rows. */
const READ_BYTES = 262_144
const READ_ROWS = 256
/** A batch of this size, in stored bytes and in rows, is removed in a few milliseconds. */
const REMOVE_BYTES = 524_288
const REMOVE_ROWS = 128
/** The number of pages that are given back at a time: 1 MB. */
const VACUUM_PAGES = 64

const BUSY_EVERY = Duration.millis(20)
const BUSY_FOR = Duration.seconds(60)

/** `PRAGMA auto_vacuum` of a database that gives pages back when it is asked to. */
const INCREMENTAL = 2

interface RowSize {
  readonly seq: number
  readonly observed_at: string
  readonly bytes: number
}

export interface HotLog {
  readonly segments: Effect.Effect<ReadonlyArray<SegmentRecord>, StorageFailed>
  /** The first and the last seq that SQLite holds, or `undefined` if it holds none. */
  readonly ends: Effect.Effect<{ readonly first: number; readonly last: number } | undefined, StorageFailed>
  /** Returns the last seq before which, from `first` on, everything came before a time; `first` - 1 if there is none. */
  readonly lastBefore: (first: number, time: string) => Effect.Effect<number, StorageFailed>
  /** The next rows with their stored bodies: at least one, unless there is none between the seqs. */
  readonly rows: (from: number, to: number) => Effect.Effect<ReadonlyArray<LogRow>, StorageFailed>
  readonly record: (segment: SegmentRecord) => Effect.Effect<void, StorageFailed>
  /** Removes the next few rows up to a seq. Returns their number, 0 when none is left. */
  readonly removeSome: (to: number) => Effect.Effect<number, StorageFailed>
  /** Makes the file smaller by the pages that hold nothing, in small steps. Returns the bytes of these pages. */
  readonly giveBack: Effect.Effect<number, StorageFailed>
}

/** Returns the last seq of the first rows that together have at most `bytesMax` bytes, and at least one row. */
const endOfBatch = (rows: ReadonlyArray<RowSize>, bytesMax: number): number | undefined => {
  let bytes = 0
  let last: number | undefined
  for (const row of rows) {
    bytes += row.bytes
    if (last !== undefined && bytes > bytesMax) break
    last = row.seq
  }
  return last
}

const openAt = (path: string): Sqlite.Database => {
  const database = new Sqlite(path, { fileMustExist: true, timeout: 0 })
  // A row is removed for ever only when its segment is recorded for ever.
  for (const pragma of ["synchronous = FULL", "recursive_triggers = 1", "trusted_schema = 0"])
    database.pragma(pragma)
  return database
}

export const openHotLog = (dataDir: string): Effect.Effect<HotLog, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const path = databasePath(dataDir)
    const attempt = <A>(operation: string, call: () => A): Effect.Effect<A, StorageFailed> =>
      Effect.zipRight(
        letTimersRun,
        Effect.try({
          try: call,
          catch: (error) =>
            new StorageFailed({ operation, why: whyOf(error), code: codeOf(error), cause: error })
        })
      ).pipe(
        Effect.retry({
          while: ({ code }) => code?.startsWith("SQLITE_BUSY") === true,
          schedule: Schedule.spaced(BUSY_EVERY).pipe(Schedule.upTo(BUSY_FOR))
        })
      )
    const database = yield* Effect.acquireRelease(
      attempt(`opening ${path}`, () => openAt(path)),
      (opened) => Effect.sync(() => opened.close())
    )
    const number = (sql: string): number => Number(database.prepare(sql).pluck().get() ?? 0)

    const sizes = (from: number, to: number, limit: number): ReadonlyArray<RowSize> =>
      database
        .prepare<[number, number, number], RowSize>(
          // The length of a body is known without reading it.
          "SELECT seq, observed_at, length(body) AS bytes FROM observations WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?"
        )
        .all(from, to, limit)

    const lastBefore = (first: number, time: string): Effect.Effect<number, StorageFailed> =>
      Effect.flatMap(
        attempt("reading the log", () => sizes(first, Number.MAX_SAFE_INTEGER, READ_ROWS)),
        (rows) => {
          const before = rows.findIndex(({ observed_at }) => observed_at >= time)
          const last = before === -1 ? rows.at(-1)?.seq : (rows[before]?.seq ?? first) - 1
          if (last === undefined) return Effect.succeed(first - 1)
          return before === -1 && rows.length === READ_ROWS
            ? lastBefore(last + 1, time)
            : Effect.succeed(last)
        }
      )

    const giveBackSome = attempt("giving free pages of kalshi.db back", () => {
      const before = number("PRAGMA freelist_count")
      if (before === 0 || number("PRAGMA auto_vacuum") !== INCREMENTAL) return 0
      database.pragma(`incremental_vacuum(${VACUUM_PAGES})`)
      return before - number("PRAGMA freelist_count")
    })

    return {
      segments: attempt("reading the record of the archive", () =>
        database.prepare<[], SegmentRecord>("SELECT * FROM archive_segments ORDER BY first_seq").all()
      ),
      ends: attempt("reading the log", () => {
        const first = number("SELECT min(seq) FROM observations")
        return first === 0 ? undefined : { first, last: number("SELECT max(seq) FROM observations") }
      }),
      lastBefore,
      rows: (from, to) =>
        attempt("reading the log", () => {
          const last = endOfBatch(sizes(from, to, READ_ROWS), READ_BYTES)
          return last === undefined
            ? []
            : database
                .prepare<[number, number], LogRow>(
                  `SELECT ${LOG_COLUMNS}, body FROM observations WHERE seq BETWEEN ? AND ? ORDER BY seq`
                )
                .all(from, last)
        }),
      record: (segment) =>
        attempt("recording a segment of the archive", () => {
          database
            .prepare(
              `INSERT INTO archive_segments (${SEGMENT_COLUMNS.join(", ")}) VALUES (${SEGMENT_COLUMNS.map((name) => `@${name}`).join(", ")})`
            )
            .run(segment)
        }),
      removeSome: (to) =>
        attempt("removing from kalshi.db the observations that the archive holds", () => {
          const last = endOfBatch(sizes(0, to, REMOVE_ROWS), REMOVE_BYTES)
          return last === undefined
            ? 0
            : database.prepare("DELETE FROM observations WHERE seq <= ?").run(last).changes
        }),
      giveBack: Effect.gen(function* () {
        const pageBytes = yield* attempt("reading kalshi.db", () => number("PRAGMA page_size"))
        let pages = 0
        for (;;) {
          const some = yield* giveBackSome
          pages += some
          if (some <= 0) return pages * pageBytes
        }
      })
    }
  })
