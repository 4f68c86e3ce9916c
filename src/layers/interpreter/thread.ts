/**
 * The Interpreter and the Inspector in a thread of their own: a page takes 15 ms here, and 60 where its terms
 * are new, in which the main thread can write the page before it, and keep its appointments. A thread takes
 * half a second to start; pages are worked on where they are until then.
 */
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { Context, Deferred, Effect, Layer, Ref, Scope } from "effect"
import { build, stop } from "esbuild"
import { LogDamaged, StorageFailed } from "../../domain/errors.ts"
import type { Inspection } from "../../domain/inspection.ts"
import { projections } from "../../domain/projections/all.ts"
import { Inspector } from "../../services/Inspector.ts"
import { Interpreter, type Question } from "../../services/Interpreter.ts"
import * as Inline from "./inline.ts"
import { type Packed, unpack } from "./packed.ts"

export type Request =
  | { readonly kind: "inspect"; readonly body: Uint8Array }
  | { readonly kind: "interpret"; readonly question: Question }

/** What the log holds of an observation is not what was received. */
export interface Damaged {
  readonly damaged: { readonly seq: number; readonly why: string }
}

export type Result = Inspection | Packed | Damaged

export interface Answer {
  readonly id: number
  readonly result: Result
}

/** What the thread says: first that it can be asked, then its answers. */
export type Said = "ready" | Answer

/** Below this many bytes of bodies, starting a thread costs more than it saves. */
const INLINE_BYTES_MAX = 20_000_000

/** So many times as large is a page of markets when it is opened. */
const STORED_BYTES_WEIGH = 25

/**
 * A parsed page is garbage a moment later. In a nursery of this size it dies young: measured, 45 ms a page
 * where V8's own size for threads takes twice that, and a larger one only takes memory.
 */
const NURSERY_MB = 32

/** Where much is asked at once, and nothing else goes on beside it: a replay is an eighth faster. */
const NURSERY_OF_MUCH_MB = 128

const heapWith = (nurseryMb: number) => ({
  maxYoungGenerationSizeMb: nurseryMb,
  maxOldGenerationSizeMb: 512
})

const died = (why: string) => new StorageFailed({ operation: "interpreting observations in a thread", why })

/**
 * The thread's code as one text. A thread has no loader for TypeScript, and a loader of its own would take two
 * seconds and 40 MB where this takes half of one, in a process that is gone afterwards.
 */
const bundled = Effect.tryPromise({
  try: () =>
    build({
      entryPoints: [fileURLToPath(new URL("./worker.ts", import.meta.url))],
      bundle: true,
      platform: "node",
      target: "node20",
      write: false,
      logLevel: "silent"
    }),
  catch: (error) => died(error instanceof Error ? error.message : String(error))
}).pipe(
  Effect.flatMap(({ outputFiles: [file] }) =>
    file === undefined ? Effect.fail(died("esbuild made nothing of it")) : Effect.succeed(file.text)
  ),
  Effect.ensuring(Effect.promise(stop))
)

type Ask = (id: number, request: Request) => Effect.Effect<Result, StorageFailed>

/** Asks the thread, once it is ready. One that fails or ends fails what waits for it, and all that is asked later. */
const startThread = (nurseryMb: number) =>
  Effect.gen(function* () {
    const waiting = new Map<number, Deferred.Deferred<Result>>()
    const ready = yield* Deferred.make<void>()
    const dead = yield* Deferred.make<never, StorageFailed>()
    const code = yield* bundled
    const worker = yield* Effect.acquireRelease(
      Effect.sync(
        () =>
          new Worker(code, {
            eval: true,
            execArgv: [],
            resourceLimits: heapWith(nurseryMb)
          })
      ),
      (thread) => Effect.promise(() => thread.terminate())
    )
    worker.on("message", (said: Said) => {
      if (said === "ready") return Deferred.unsafeDone(ready, Effect.void)
      const answer = waiting.get(said.id)
      waiting.delete(said.id)
      if (answer !== undefined) Deferred.unsafeDone(answer, Effect.succeed(said.result))
    })
    worker.on("error", (error) => Deferred.unsafeDone(dead, died(error.message)))
    worker.on("exit", (code) => Deferred.unsafeDone(dead, died(`the thread ended with code ${code}`)))
    yield* Effect.raceFirst(Deferred.await(ready), Deferred.await(dead))

    return (id: number, request: Request) =>
      Effect.gen(function* () {
        const answer = yield* Deferred.make<Result>()
        waiting.set(id, answer)
        worker.postMessage({ id, request })
        return yield* Effect.raceFirst(Deferred.await(answer), Deferred.await(dead))
      })
  })

export const make = Effect.gen(function* () {
  const scope = yield* Effect.scope
  const interpreter = Inline.makeInterpreter(projections)
  const asked = yield* Ref.make({ id: 0, bytes: 0 })
  const thread = yield* Deferred.make<Ask, StorageFailed>()
  const started = yield* Ref.make(false)

  const startFor = (bytes: number, nurseryMb: number) =>
    Effect.gen(function* () {
      if (bytes < INLINE_BYTES_MAX || (yield* Ref.getAndSet(started, true))) return
      yield* startThread(nurseryMb).pipe(
        Scope.extend(scope),
        Effect.intoDeferred(thread),
        Effect.forkIn(scope)
      )
    })

  /** How to ask the thread; not at all as long as little was asked, nor before it is ready. */
  const threadFor = (bytes: number) =>
    Effect.gen(function* () {
      const { bytes: sum, id } = yield* Ref.updateAndGet(asked, (before) => ({
        id: before.id + 1,
        bytes: before.bytes + bytes
      }))
      yield* startFor(sum, NURSERY_MB)
      if (!(yield* Deferred.isDone(thread))) return undefined
      const ask = yield* Deferred.await(thread)
      return (request: Request) => ask(id, request)
    })

  return Context.make(Interpreter, {
    expect: (storedBytes) => startFor(storedBytes * STORED_BYTES_WEIGH, NURSERY_OF_MUCH_MB),
    interpret: (question) =>
      Effect.gen(function* () {
        const ask = yield* threadFor(question.observation.stored.length * STORED_BYTES_WEIGH)
        if (ask === undefined) return yield* interpreter.interpret(question)
        const result = yield* ask({ kind: "interpret", question })
        // The thread answers each request with a result of its kind.
        return "damaged" in result ? yield* new LogDamaged(result.damaged) : unpack(result as Packed)
      })
  }).pipe(
    Context.add(Inspector, {
      // Nobody could go on without the thread: one that has died ends the process.
      inspect: (body) =>
        Effect.gen(function* () {
          const ask = yield* threadFor(body.length)
          if (ask === undefined) return yield* Inline.inspector.inspect(body)
          return (yield* ask({ kind: "inspect", body })) as Inspection
        }).pipe(Effect.orDie)
    })
  )
})

export const layer = Layer.scopedContext(make)
