/**
 * One moment of a database, read by a thread of its own. Questions are answered in the order in which they were asked,
 * and asking does not wait: while one answer is put to use, or SQLite is at work here, the thread is at the next.
 */
import { Worker } from "node:worker_threads"
import { Deferred, Effect, type Scope } from "effect"
import { type NoDatabase, StorageFailed } from "../../../domain/errors.ts"
import { whyOf } from "../../files/why.ts"
import { locate } from "./locate.ts"

export type SqliteValue = null | number | string | Uint8Array
export type SqliteRow = ReadonlyArray<SqliteValue>
/** An answer that is on its way. */
export type Pending<Answer = ReadonlyArray<SqliteRow>> = Effect.Effect<Answer, StorageFailed>

export interface KeyedTable {
  readonly name: string
  readonly columns: ReadonlyArray<string>
  /** Some of the columns. */
  readonly key: ReadonlyArray<string>
}

/** What a table holds, in short. */
export interface Digest {
  readonly rows: number
  /** Of the rows in the order of the key, as SQLite writes them in JSON. */
  readonly sha256: string
}

export interface Snapshot {
  /** Asks for all rows of a statement; the outer effect only asks. */
  readonly ask: (sql: string, params?: ReadonlyArray<SqliteValue>) => Effect.Effect<Pending>
  /** A statement to be read bit by bit: each use of the outer effect asks for the next `count` rows. */
  readonly open: (sql: string) => Effect.Effect<(count: number) => Effect.Effect<Pending>>
  readonly digest: (table: KeyedTable) => Effect.Effect<Pending<Digest>>
}

type Question =
  | { readonly kind: "all"; readonly sql: string; readonly params: ReadonlyArray<SqliteValue> }
  | { readonly kind: "open"; readonly sql: string; readonly cursor: number }
  | { readonly kind: "next"; readonly cursor: number; readonly count: number }
  | { readonly kind: "digest"; readonly table: KeyedTable }

/** An error of SQLite would lose its code on the way. */
interface Wrong {
  readonly code: string | undefined
  readonly message: string
}

interface Said {
  readonly id: number
  readonly answer?: unknown
  readonly error?: Wrong
}

/** A table that is not there yet is one that this version has brought. */
const ADVICE = "; run `kalshi init` to bring the data directory to this version's shape"

const whyFailed = (error: unknown): string => {
  const why = whyOf(error)
  return /^no such (table|column)/.test(why) ? why + ADVICE : why
}

/** Opens a database for reading; the moment lasts as long as the scope. */
export const snapshotOf = (file: string): Effect.Effect<Snapshot, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const waiting = new Map<number, Deferred.Deferred<unknown, StorageFailed>>()
    let death: Pending<never> | undefined
    let asked = 0
    let cursors = 0

    const failed = (error: unknown) =>
      new StorageFailed({ operation: `reading ${file}`, why: whyFailed(error), cause: error })
    const die = (error: unknown) => {
      death ??= Effect.fail(failed(error))
      for (const deferred of waiting.values()) Deferred.unsafeDone(deferred, death)
      waiting.clear()
    }

    const worker = yield* Effect.acquireRelease(
      Effect.try({
        try: () =>
          new Worker(new URL("./snapshot.worker.mjs", import.meta.url), {
            workerData: { file },
            // It has no use for a loader of TypeScript, which takes a fifth of a second to start.
            execArgv: []
          }),
        catch: failed
      }),
      (thread) => Effect.promise(() => thread.terminate())
    )
    worker.on("message", ({ answer, error, id }: Said) => {
      const deferred = waiting.get(id)
      waiting.delete(id)
      if (deferred === undefined) return
      Deferred.unsafeDone(
        deferred,
        error === undefined
          ? Effect.succeed(answer)
          : Effect.fail(failed(Object.assign(new Error(error.message), error)))
      )
    })
    worker.on("messageerror", die)
    worker.on("error", die)
    worker.on("exit", (code) => die(new Error(`the thread ended with code ${code}`)))

    const put = <Answer>(question: Question): Effect.Effect<Pending<Answer>> =>
      Effect.gen(function* () {
        if (death !== undefined) return death
        const deferred = yield* Deferred.make<unknown, StorageFailed>()
        asked += 1
        waiting.set(asked, deferred)
        worker.postMessage({ id: asked, ...question })
        return Deferred.await(deferred) as Pending<Answer>
      })

    // The thread opens the file when it is first asked: its first answer tells whether it could.
    yield* Effect.flatten(put({ kind: "all", sql: "SELECT 1", params: [] }))
    return {
      ask: (sql, params = []) => put({ kind: "all", sql, params }),
      open: (sql) =>
        Effect.gen(function* () {
          cursors += 1
          const cursor = cursors
          // A statement that cannot be prepared fails here; the first `next` would say less about why.
          const opened = yield* put({ kind: "open", sql, cursor })
          return (count) =>
            Effect.map(put<ReadonlyArray<SqliteRow>>({ kind: "next", cursor, count }), (rows) =>
              Effect.zipRight(opened, rows)
            )
        }),
      digest: (table) => put({ kind: "digest", table })
    }
  })

/** The same of a data directory, which has a database if anything has been recorded there. */
export const openSnapshot = (
  dataDir: string
): Effect.Effect<Snapshot, NoDatabase | StorageFailed, Scope.Scope> =>
  Effect.flatMap(locate(dataDir), snapshotOf)
