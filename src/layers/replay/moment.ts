/**
 * One moment of a database, read by a thread of its own: while it takes the digests of the tables, the main thread can
 * be at work inside SQLite, as it is in a rebuild's last step.
 */
import { Worker } from "node:worker_threads"
import { Deferred, Effect, type Scope } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import type { Projection } from "../../domain/projection.ts"
import type { TableDigest } from "../../services/Replay.ts"
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

const failed = (file: string) => (error: unknown) =>
  new StorageFailed({
    operation: `reading the tables of ${file}`,
    why: error instanceof Error ? error.message : String(error)
  })

/** The moment lasts as long as the scope. The questions are answered when this ends, the digests come later. */
export const readMoment = <Answers extends Readonly<Record<string, ReadonlyArray<unknown>>>>(
  file: string,
  projections: ReadonlyArray<Projection>,
  questions: Questions<Answers>
): Effect.Effect<Moment<Answers>, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const answers = yield* Deferred.make<Answers, StorageFailed>()
    const digests = yield* Deferred.make<ReadonlyMap<string, Digest>, StorageFailed>()
    const workerData = { file, questions: Object.entries(questions), tables: storedTables(projections) }
    const worker = yield* Effect.acquireRelease(
      Effect.sync(() => new Worker(new URL("./moment.worker.mjs", import.meta.url), { workerData })),
      (thread) => Effect.promise(() => thread.terminate())
    )
    worker.once("message", (first) => {
      Deferred.unsafeDone(answers, Effect.succeed(first))
      worker.once("message", (second) => Deferred.unsafeDone(digests, Effect.succeed(second)))
    })
    worker.on("error", (error) => {
      const failure = Effect.fail(failed(file)(error))
      Deferred.unsafeDone(answers, failure)
      Deferred.unsafeDone(digests, failure)
    })
    return {
      answers: yield* Deferred.await(answers),
      digests: Effect.map(Deferred.await(digests), (found) => digestsOf(projections, found))
    }
  })
