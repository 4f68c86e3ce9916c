/**
 * One moment of a database: a connection of its own that holds a read transaction. Before each statement and
 * each batch of rows the event loop turns, so a long read leaves timers and signals alive.
 */
import Sqlite from "better-sqlite3"
import { Effect, Option, Runtime, type Scope, Stream } from "effect"
import { type NoDatabase, StorageFailed } from "../../../domain/errors.ts"
import { letTimersRun } from "../../effects/let-timers-run.ts"
import { whyOf } from "../../files/error-words.ts"
import { locate } from "./locate.ts"

export type SqliteValue = null | number | string | Uint8Array
export type SqliteRow = ReadonlyArray<SqliteValue>

export interface Snapshot {
  /** Returns all rows of a statement. */
  readonly query: (
    sql: string,
    params?: ReadonlyArray<SqliteValue>
  ) => Effect.Effect<ReadonlyArray<SqliteRow>, StorageFailed>
  /** Reads the rows of a statement in batches of `rowsMax`; only the last one may be smaller. */
  readonly batches: (
    sql: string,
    rowsMax: number,
    params?: ReadonlyArray<SqliteValue>
  ) => Stream.Stream<ReadonlyArray<SqliteRow>, StorageFailed>
  /**
   * Copies the database, as it is at this moment, into a file that does not exist. `onPages` is called with the
   * pages that have been copied, and with all. The copy is read without a write-ahead log, until a writer opens it.
   */
  readonly copyTo: (
    path: string,
    onPages?: (copied: number, of: number) => Effect.Effect<void>
  ) => Effect.Effect<void, StorageFailed>
}

/** A missing table is one that this version has added, and that the data directory does not have yet. */
const ADVICE = "; run `kalshi init` to bring the data directory to this version's shape"

const whyFailed = (error: unknown): string => {
  const why = whyOf(error)
  return /^no such (table|column)/.test(why) ? why + ADVICE : why
}

const openAt = (file: string): Sqlite.Database => {
  const database = new Sqlite(file, { readonly: true, fileMustExist: true })
  database.exec("BEGIN")
  // A deferred transaction begins with its first read.
  database.prepare("SELECT count(*) FROM sqlite_schema").get()
  return database
}

/** The pages that are copied before the event loop turns: 4 MB of a new database. */
const PAGES_A_TURN = 256

/** Makes a copy a database that is read without a file beside it, also where no file can be made. */
const leaveWal = (path: string): void => {
  const copy = new Sqlite(path, { fileMustExist: true })
  try {
    copy.pragma("journal_mode = DELETE")
  } finally {
    copy.close()
  }
}

type Statement = Sqlite.Statement<Array<SqliteValue>, SqliteRow>

const take = (rows: IterableIterator<SqliteRow>, rowsMax: number): ReadonlyArray<SqliteRow> => {
  const taken: Array<SqliteRow> = []
  while (taken.length < rowsMax) {
    const { done, value } = rows.next()
    if (done === true) break
    taken.push(value)
  }
  return taken
}

/** Opens a database for reading. The moment lasts as long as the scope. */
export const snapshotOf = (file: string): Effect.Effect<Snapshot, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const attempt = <A>(read: () => A): Effect.Effect<A, StorageFailed> =>
      Effect.try({
        try: read,
        catch: (error) =>
          new StorageFailed({ operation: `reading ${file}`, why: whyFailed(error), cause: error })
      })
    const database = yield* Effect.acquireRelease(
      attempt(() => openAt(file)),
      (opened) => Effect.sync(() => opened.close())
    )
    const statements = new Map<string, Statement>()
    const prepared = (sql: string): Statement => {
      const known = statements.get(sql)
      if (known !== undefined) return known
      const statement: Statement = database.prepare<Array<SqliteValue>, SqliteRow>(sql).raw()
      statements.set(sql, statement)
      return statement
    }
    return {
      query: (sql, params = []) =>
        Effect.zipRight(
          letTimersRun,
          attempt(() => prepared(sql).all(...params))
        ),
      batches: (sql, rowsMax, params = []) =>
        Stream.acquireRelease(
          attempt(() =>
            database
              .prepare<Array<SqliteValue>, SqliteRow>(sql)
              .raw()
              .iterate(...params)
          ),
          // The database cannot be closed while one of its statements is being read.
          (rows) => Effect.sync(() => rows.return?.())
        ).pipe(
          Stream.flatMap((rows) =>
            Stream.repeatEffectOption(
              Effect.zipRight(
                letTimersRun,
                attempt(() => take(rows, rowsMax))
              ).pipe(
                Effect.mapError(Option.some),
                Effect.filterOrFail((batch) => batch.length > 0, Option.none)
              )
            )
          )
        ),
      // SQLite begins its copy anew whenever another process commits, unless the connection holds a moment.
      copyTo: (path, onPages = () => Effect.void) =>
        Effect.flatMap(Effect.runtime(), (runtime) =>
          Effect.tryPromise({
            try: async (signal) => {
              await database.backup(path, {
                progress: ({ remainingPages, totalPages }) => {
                  signal.throwIfAborted()
                  Runtime.runFork(runtime)(onPages(totalPages - remainingPages, totalPages))
                  return PAGES_A_TURN
                }
              })
              leaveWal(path)
            },
            catch: (error) =>
              new StorageFailed({ operation: `copying ${file} to ${path}`, why: whyOf(error), cause: error })
          })
        )
    }
  })

/** Opens the database of a data directory for reading. The moment lasts as long as the scope. */
export const openSnapshot = (
  dataDir: string
): Effect.Effect<Snapshot, NoDatabase | StorageFailed, Scope.Scope> =>
  Effect.flatMap(locate(dataDir), snapshotOf)
