/**
 * One moment of a database, read by a thread of its own: while it takes the digests of the tables, the main thread can
 * be at work inside SQLite, as it is in a rebuild's last step.
 */
import { Worker } from "node:worker_threads"
import { Deferred, Effect, type Scope } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import type { Projection } from "../../domain/projection.ts"
import type { TableDigest } from "../../services/Replay.ts"
import { whyOf } from "../sqlite/Database.ts"
import { type Digest, digestsOf, storedTables } from "./digest.ts"

export interface Question {
  /** Without which there is nothing to answer. */
  readonly table: string
  readonly sql: string
}

export interface Moment<Answers> {
  /** Rows, by question. */
  readonly answers: Answers
  /** What each projection has in its tables. */
  readonly digests: Effect.Effect<ReadonlyArray<TableDigest>, StorageFailed>
}

type Questions<Answers> = { readonly [Name in keyof Answers]: Question }

/** What the thread says: the answers, then the digests of the tables, or why there are none. */
type Said<Answers> =
  | { readonly answers: Answers }
  | { readonly digests: ReadonlyMap<string, Digest> }
  | { readonly error: { readonly code: string | undefined; readonly message: string } }

/** The questions are answered when this ends, the digests come later. The thread is gone with the scope. */
export const readMoment = <Answers extends Readonly<Record<string, ReadonlyArray<unknown>>>>(
  file: string,
  projections: ReadonlyArray<Projection>,
  questions: Questions<Answers>
): Effect.Effect<Moment<Answers>, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const answers = yield* Deferred.make<Answers, StorageFailed>()
    const digests = yield* Deferred.make<ReadonlyMap<string, Digest>, StorageFailed>()
    const worker = yield* Effect.acquireRelease(
      Effect.sync(
        () =>
          new Worker(new URL("./moment.worker.mjs", import.meta.url), {
            workerData: { file, questions: Object.entries(questions), tables: storedTables(projections) },
            // It has no use for a loader of TypeScript, which takes a fifth of a second to start.
            execArgv: []
          })
      ),
      (thread) => Effect.promise(() => thread.terminate())
    )
    const die = (error: Error) => {
      const failure = Effect.fail(
        new StorageFailed({ operation: `reading the tables of ${file}`, why: whyOf(error) })
      )
      Deferred.unsafeDone(answers, failure)
      Deferred.unsafeDone(digests, failure)
    }
    worker.on("message", (said: Said<Answers>) => {
      if ("error" in said) die(Object.assign(new Error(said.error.message), { code: said.error.code }))
      else if ("answers" in said) Deferred.unsafeDone(answers, Effect.succeed(said.answers))
      else Deferred.unsafeDone(digests, Effect.succeed(said.digests))
    })
    worker.on("messageerror", die)
    worker.on("error", die)
    worker.on("exit", (code) => die(new Error(`the thread ended with code ${code}`)))
    return {
      answers: yield* Deferred.await(answers),
      digests: Effect.map(Deferred.await(digests), (found) => digestsOf(projections, found))
    }
  })
