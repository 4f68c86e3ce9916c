/**
 * One SQLite file behind Effect's SqlClient, with fixed pragmas and with transactions that survive a full
 * disk and a failed COMMIT. (After such a failure the client's own transactions leave the connection in a
 * state in which later writes are lost.)
 */
import * as Reactivity from "@effect/experimental/Reactivity"
import * as SqlClient from "@effect/sql/SqlClient"
import * as SqlError from "@effect/sql/SqlError"
import * as SqliteClient from "@effect/sql-sqlite-node/SqliteClient"
import { Cause, Context, Effect, Exit, Layer, Option, Scope } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { codeOf, whyOf } from "../../files/error-words.ts"

export class Database extends Context.Tag("kalshi-tape/Database")<
  Database,
  {
    readonly sql: SqliteClient.SqliteClient
    /** Rows and checkpoint together or not at all; nested, it is a savepoint. No network and no sleep inside. */
    readonly transaction: <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StorageFailed, R>
    /**
     * Lets one fiber at a time write the anchor, a file beside the database: two slots that end together would both
     * write its temporary file.
     */
    readonly anchoring: Effect.Semaphore
  }
>() {}

/** The way in which a file is opened. */
export type Mode =
  /** The one writer of a data directory: every commit is on the disk when it returns. */
  | "writer"
  /** Reads beside a writer, and keeps no other process from reading or writing. */
  | "reader"
  /**
   * A database that is deleted if the process dies: no durability, and reads of attached files take no lock.
   */
  | "scratch"

/**
 * The page size of a new file, in bytes; an existing file keeps its own. A page of this size holds a stored
 * answer, or a market's terms, together. Against SQLite's 4,096 it saves a sixth of the file and half of the
 * time of a rebuild's last step.
 */
const PAGE_BYTES = 16_384

/** The size in bytes at which the write-ahead log is copied into the file, whatever the page size. */
const CHECKPOINT_BYTES = 16_777_216

const pragmas: Readonly<Record<Mode, Readonly<Record<string, string | number>>>> = {
  writer: {
    journal_mode: "wal",
    // better-sqlite3 turns WAL databases to NORMAL, which may lose the last commits with the power.
    synchronous: 2,
    recursive_triggers: 1,
    trusted_schema: 0,
    foreign_keys: 1,
    busy_timeout: 5000,
    cache_size: -16_384,
    journal_size_limit: 67_108_864
  },
  reader: { query_only: 1, trusted_schema: 0, busy_timeout: 5000, cache_size: -32_768 },
  // better-sqlite3 refuses to keep no journal at all.
  scratch: {
    journal_mode: "memory",
    synchronous: 0,
    trusted_schema: 0,
    busy_timeout: 5000,
    cache_size: -131_072,
    // An index of millions of markets is sorted in files.
    temp_store: 1
  }
}

export const make = (filename: string, mode: Mode) =>
  Effect.gen(function* () {
    const sql = yield* SqliteClient.make({
      filename,
      readonly: mode === "reader",
      // The write-ahead log would fix the page size. The pragmas turn it on, after the page size has been set.
      disableWAL: true
    }).pipe(
      Effect.catchAllDefect((defect) =>
        Effect.fail(
          new StorageFailed({ operation: `opening ${filename}`, why: whyOf(defect), cause: defect })
        )
      )
    )
    yield* sql.unsafe(`PRAGMA page_size = ${PAGE_BYTES}`)
    // A new file can become smaller when the archive has taken rows from it. In an existing file this changes nothing
    // until its next VACUUM.
    if (mode === "writer") yield* sql.unsafe("PRAGMA auto_vacuum = INCREMENTAL")
    for (const [name, value] of Object.entries(pragmas[mode])) {
      yield* sql.unsafe(`PRAGMA ${name} = ${value}`)
      yield* sql.unsafe<Record<string, unknown>>(`PRAGMA ${name}`).pipe(
        Effect.filterOrFail(
          ([row]) => row === undefined || Object.values(row)[0] === value,
          () =>
            new StorageFailed({
              operation: `opening ${filename}`,
              why: `PRAGMA ${name} did not take ${value}`
            })
        )
      )
    }
    if (mode === "writer") {
      const [page] = yield* sql<{ page_size: number }>`PRAGMA page_size`
      yield* sql.unsafe(
        `PRAGMA wal_autocheckpoint = ${Math.round(CHECKPOINT_BYTES / (page?.page_size ?? PAGE_BYTES))}`
      )
    }
    return Database.of({
      sql,
      transaction: makeTransaction(sql, mode === "writer" ? "BEGIN IMMEDIATE" : "BEGIN"),
      anchoring: yield* Effect.makeSemaphore(1)
    })
  }).pipe(storage(`opening ${filename}`), Effect.provide(Reactivity.layer))

export const layer = (filename: string, mode: Mode) => Layer.scoped(Database, make(filename, mode))

/** Puts an error of SQLite into words, naming what was being done. Any other error stays as it is. */
export const asStorageFailed =
  (operation: string) =>
  <E>(error: E): Exclude<E, SqlError.SqlError> | StorageFailed =>
    error instanceof SqlError.SqlError
      ? new StorageFailed({ operation, why: whyOf(error), code: codeOf(error), cause: error })
      : (error as Exclude<E, SqlError.SqlError>)

/** Puts a failure of SQLite into words, naming what was being done. */
export const storage =
  (operation: string) =>
  <A, E, R>(
    self: Effect.Effect<A, E, R>
  ): Effect.Effect<A, Exclude<E, SqlError.SqlError> | StorageFailed, R> =>
    Effect.mapError(self, asStorageFailed(operation))

const makeTransaction = (sql: SqliteClient.SqliteClient, begin: string) => {
  const run = SqlClient.makeWithTransaction({
    transactionTag: SqlClient.TransactionConnection,
    spanAttributes: [["db.system.name", "sqlite"]],
    acquireConnection: Effect.flatMap(Scope.make(), (scope) =>
      Effect.map(Scope.extend(sql.reserve, scope), (connection) => [scope, connection] as const)
    ),
    begin: (connection) => execute(connection, begin),
    savepoint: (connection, id) => execute(connection, `SAVEPOINT tx_${id}`),
    commit: (connection) => Effect.tapError(execute(connection, "COMMIT"), () => rolledBack(connection)),
    rollback: (connection) => rolledBack(connection),
    rollbackSavepoint: (connection, id) => rolledBack(connection, `ROLLBACK TO SAVEPOINT tx_${id}`)
  })
  return <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | StorageFailed, R> =>
    run(self).pipe(
      Effect.catchSomeDefect((defect) =>
        defect instanceof SqlError.SqlError ? Option.some(Effect.fail(defect)) : Option.none()
      ),
      storage("a transaction")
    ) as Effect.Effect<A, E | StorageFailed, R>
}

interface Executor {
  readonly executeUnprepared: (
    statement: string,
    params: ReadonlyArray<unknown>,
    transform: undefined
  ) => Effect.Effect<unknown, SqlError.SqlError>
}

/**
 * Executes a statement of a transaction. The driver throws where it prepares a statement on a closed database.
 * Thrown within the effect, this ends the transaction, and gives its connection back to the fibers that wait for it.
 */
const execute = (connection: Executor, statement: string): Effect.Effect<void, SqlError.SqlError> =>
  Effect.asVoid(Effect.suspend(() => connection.executeUnprepared(statement, [], undefined)))

/** SQLite has rolled back by itself after a full disk; a second ROLLBACK would only hide the reason. */
const rolledBack = (connection: Executor, rollback = "ROLLBACK") =>
  Effect.exit(execute(connection, rollback)).pipe(
    Effect.tap((exit) =>
      Exit.isFailure(exit)
        ? Effect.logDebug("nothing left to roll back", Cause.pretty(exit.cause))
        : Effect.void
    ),
    Effect.asVoid
  )
