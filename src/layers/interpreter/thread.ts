/**
 * The Interpreter in a thread of its own: parsing and decoding a page takes 30 ms, in which the main
 * thread can write the page before it, and keep its appointments. A thread takes a second to start, so
 * the first pages are interpreted where they are.
 */
import { createRequire } from "node:module"
import { pathToFileURL } from "node:url"
import { Worker } from "node:worker_threads"
import { Deferred, Effect, Layer, Ref, Scope } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import type { LoggedObservation } from "../../domain/observation.ts"
import { projections } from "../../domain/projections/all.ts"
import { type Interpreted, Interpreter } from "../../services/Interpreter.ts"
import * as Inline from "./inline.ts"

export interface Request {
  readonly id: number
  readonly observation: LoggedObservation
  readonly names: ReadonlyArray<string>
}

export interface Answer {
  readonly id: number
  readonly interpreted: Interpreted
}

/** Below this many bytes of bodies, starting the thread costs more than it saves. */
const INLINE_BYTES_MAX = 20_000_000

/** A thread does not inherit the loader that runs TypeScript here: it registers its own, then loads the code. */
const TSX = new URL(
  "./dist/esm/api/index.mjs",
  pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json"))
).href
const BOOTSTRAP = `
  const { workerData } = require("node:worker_threads")
  import(${JSON.stringify(TSX)}).then(({ register }) => { register(); return import(workerData) })`

type Waiting = Map<number, Deferred.Deferred<Interpreted, StorageFailed>>

const died = (why: string) => new StorageFailed({ operation: "interpreting observations in a thread", why })

/** A thread that fails or ends fails everything that waits for it, and all that is asked of it later. */
const startThread = Effect.gen(function* () {
  const waiting: Waiting = new Map()
  const dead = yield* Deferred.make<never, StorageFailed>()
  const worker = yield* Effect.acquireRelease(
    Effect.sync(
      () =>
        new Worker(BOOTSTRAP, {
          eval: true,
          execArgv: [],
          workerData: new URL("./worker.ts", import.meta.url).href
        })
    ),
    (thread) => Effect.promise(() => thread.terminate())
  )
  worker.on("message", ({ id, interpreted }: Answer) => {
    const answer = waiting.get(id)
    waiting.delete(id)
    if (answer !== undefined) Deferred.unsafeDone(answer, Effect.succeed(interpreted))
  })
  worker.on("error", (error) => Deferred.unsafeDone(dead, died(error.message)))
  worker.on("exit", (code) => Deferred.unsafeDone(dead, died(`the thread ended with code ${code}`)))

  return {
    ask: (request: Request) =>
      Effect.gen(function* () {
        const answer = yield* Deferred.make<Interpreted, StorageFailed>()
        waiting.set(request.id, answer)
        worker.postMessage(request)
        return yield* Effect.raceFirst(Deferred.await(answer), Deferred.await(dead))
      })
  }
})

export const make = Effect.gen(function* () {
  const scope = yield* Effect.scope
  const inline = Inline.make(projections)
  const asked = yield* Ref.make({ id: 0, bytes: 0 })
  const thread = yield* Effect.cached(Scope.extend(startThread, scope))

  return Interpreter.of({
    interpret: (observation, names) =>
      Effect.gen(function* () {
        const { bytes, id } = yield* Ref.updateAndGet(asked, (before) => ({
          id: before.id + 1,
          bytes: before.bytes + observation.body.length
        }))
        if (bytes < INLINE_BYTES_MAX) return yield* inline.interpret(observation, names)
        const { ask } = yield* thread
        return yield* ask({ id, observation, names })
      })
  })
})

export const layer = Layer.scoped(Interpreter, make)
