/**
 * One moment of `kalshi.db`, read by a thread of its own. Questions are answered in the order in which they
 * were asked, and asking does not wait: while one answer is converted, the thread works on the next.
 */
import { access } from "node:fs/promises"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { Deferred, Effect, type Scope } from "effect"
import { NoDatabase, StorageFailed } from "../../domain/errors.ts"

export type SqliteValue = null | number | string | Uint8Array
export type SqliteRow = ReadonlyArray<SqliteValue>
/** An answer that is on its way. */
export type Pending = Effect.Effect<ReadonlyArray<SqliteRow>, StorageFailed>

export interface Snapshot {
  /** Asks for all rows of a statement; the outer effect only asks. */
  readonly ask: (sql: string, params?: ReadonlyArray<SqliteValue>) => Effect.Effect<Pending>
  /** A statement to be read bit by bit: each use of the outer effect asks for the next `count` rows. */
  readonly open: (sql: string) => Effect.Effect<(count: number) => Effect.Effect<Pending>>
}

type Question =
  | { readonly kind: "all"; readonly sql: string; readonly params: ReadonlyArray<SqliteValue> }
  | { readonly kind: "open"; readonly sql: string; readonly cursor: number }
  | { readonly kind: "next"; readonly cursor: number; readonly count: number }

interface Answer {
  readonly id: number
  readonly rows?: ReadonlyArray<SqliteRow>
  readonly error?: string
}

/** A table that is not there yet is one that this version has brought. */
const advice = "; run `kalshi init` to bring the data directory to this version's shape"

const failed = (why: string) =>
  new StorageFailed({
    operation: "reading the database",
    why: why.startsWith("no such table") || why.startsWith("no such column") ? why + advice : why
  })

/** Opens the database of a data directory for reading; the moment lasts as long as the scope. */
export const openSnapshot = (
  dataDir: string
): Effect.Effect<Snapshot, NoDatabase | StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const file = join(dataDir, "kalshi.db")
    yield* Effect.tryPromise({ try: () => access(file), catch: () => new NoDatabase({ dataDir }) })
    const worker = yield* Effect.acquireRelease(
      Effect.sync(
        () =>
          new Worker(new URL("./snapshot.worker.mjs", import.meta.url), {
            workerData: { file },
            // It has no use for a loader of TypeScript, which takes a fifth of a second to start.
            execArgv: []
          })
      ),
      (thread) => Effect.promise(() => thread.terminate())
    )
    const waiting = new Map<number, Deferred.Deferred<ReadonlyArray<SqliteRow>, StorageFailed>>()
    let death: StorageFailed | undefined
    let asked = 0
    let cursors = 0

    worker.on("message", ({ id, rows, error }: Answer) => {
      const deferred = waiting.get(id)
      waiting.delete(id)
      if (deferred === undefined) return
      Deferred.unsafeDone(
        deferred,
        rows === undefined ? Effect.fail(failed(String(error))) : Effect.succeed(rows)
      )
    })
    worker.on("error", (error) => {
      death = failed(error instanceof Error ? error.message : String(error))
      for (const deferred of waiting.values()) Deferred.unsafeDone(deferred, Effect.fail(death))
      waiting.clear()
    })

    const put = (question: Question): Effect.Effect<Pending> =>
      Effect.gen(function* () {
        if (death !== undefined) return Effect.fail(death)
        const deferred = yield* Deferred.make<ReadonlyArray<SqliteRow>, StorageFailed>()
        asked += 1
        waiting.set(asked, deferred)
        worker.postMessage({ id: asked, ...question })
        return Deferred.await(deferred)
      })

    // The thread opens the file when it starts: its first answer tells whether it could.
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
            Effect.map(put({ kind: "next", cursor, count }), (rows) => Effect.zipRight(opened, rows))
        })
    }
  })
