/**
 * The Interpreter in a thread of its own: a page that is new takes tens of milliseconds, in which the main thread
 * can write the page before it, and keep its appointments. A thread takes half a second to start, so it is
 * started when much is asked, and then waited for: code that is warm is worth more here than half a second.
 */
import { setFlagsFromString } from "node:v8"
import { Worker } from "node:worker_threads"
import { Data, Deferred, Effect, Layer, Ref, Scope } from "effect"
import { LogDamaged } from "../../domain/errors.ts"
import { projections } from "../../domain/read/projections.ts"
import { type Interpreted, Interpreter, type Question } from "../../services/Interpreter.ts"
import * as Inline from "./inline.ts"
import { type Packed, unpack } from "./packed.ts"

export interface Asked {
  readonly id: number
  readonly question: Question
}

/** What the log holds of an observation is not what was received. */
export interface Damaged {
  readonly damaged: { readonly seq: number; readonly why: string }
}

/**
 * The thread's answer to a question. `failed` means that the thread could not interpret the observation; it
 * goes on with the next question.
 */
export type Result = Packed | Damaged | "failed"

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

/** What a thread's heap is to be made for, in megabytes. */
interface Heap {
  /** For new objects. */
  readonly nursery: number
  /** Of old objects, before they are collected at all. V8's own is a few, and grows with what is kept. */
  readonly lasting: number
  /** Of old objects at most. */
  readonly most: number
}

/** A page's objects are garbage a moment later. In V8's own nursery for threads they grow old first, and a page takes twice as long. */
const HEAP: Heap = { nursery: 32, lasting: 0, most: 512 }

/**
 * Where much is asked at once, and memory is not shared with a recording. The nursery makes a replay an eighth faster;
 * that V8 does not look through all markets again whenever it has learned some more, a twentieth.
 */
const HEAP_FOR_MUCH: Heap = { nursery: 128, lasting: 400, most: 1024 }

const BOOT = new URL("./boot.mjs", import.meta.url)

const startWorker = (boot: URL, { lasting, most, nursery }: Heap): Worker => {
  // V8 has no other way to be told, and looks for it when it makes a heap, whose ever that is.
  const expectLasting = (megabytes: number) => setFlagsFromString(`--initial-old-space-size=${megabytes}`)
  expectLasting(lasting)
  const worker = new Worker(boot, {
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: nursery, maxOldGenerationSizeMb: most }
  })
  for (const made of ["online", "exit"]) worker.once(made, () => expectLasting(0))
  return worker
}

/** The thread could not start, or has ended, for example because it ran out of memory. */
class ThreadDied extends Data.TaggedError("ThreadDied")<{ readonly why: string }> {}

const died = (error: unknown) =>
  new ThreadDied({ why: error instanceof Error ? error.message : String(error) })

type Interpret = Interpreter["Type"]["interpret"]

/**
 * Starts the thread, and returns a function that asks it once it is ready. If the thread ends, pending and
 * later questions fail with `ThreadDied`.
 */
const startThread = (boot: URL, heap: Heap, here: Interpret) =>
  Effect.gen(function* () {
    const waiting = new Map<number, Deferred.Deferred<Result>>()
    const ready = yield* Deferred.make<void>()
    const dead = yield* Deferred.make<never, ThreadDied>()
    const worker = yield* Effect.acquireRelease(
      Effect.try({ try: () => startWorker(boot, heap), catch: died }),
      (thread) => Effect.promise(() => thread.terminate())
    )
    worker.on("message", (said: Said) => {
      if (said === "ready") return Deferred.unsafeDone(ready, Effect.void)
      const answer = waiting.get(said.id)
      waiting.delete(said.id)
      if (answer !== undefined) Deferred.unsafeDone(answer, Effect.succeed(said.result))
    })
    worker.on("messageerror", (error) => Deferred.unsafeDone(dead, died(error)))
    worker.on("error", (error) => Deferred.unsafeDone(dead, died(error)))
    worker.on("exit", (code) => Deferred.unsafeDone(dead, died(`the thread ended with code ${code}`)))
    yield* Effect.raceFirst(Deferred.await(ready), Deferred.await(dead))

    let asked = 0
    const interpret = (question: Question): Effect.Effect<Interpreted, ThreadDied | LogDamaged> =>
      Effect.gen(function* () {
        const answer = yield* Deferred.make<Result>()
        asked += 1
        waiting.set(asked, answer)
        worker.postMessage({ id: asked, question } satisfies Asked)
        const result = yield* Effect.raceFirst(Deferred.await(answer), Deferred.await(dead))
        if (result === "failed") return yield* here(question)
        return "damaged" in result ? yield* new LogDamaged(result.damaged) : unpack(result)
      })
    return interpret
  })

const make = (boot: URL) =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const here = Inline.makeInterpreter(projections).interpret
    const elsewhere = yield* Deferred.make<Interpret>()
    const askedBytes = yield* Ref.make(0)
    const started = yield* Ref.make(false)

    const said = yield* Ref.make(false)
    const withoutOne = ({ why }: ThreadDied) =>
      Effect.flatMap(Ref.getAndSet(said, true), (already) =>
        already
          ? Effect.void
          : Effect.logWarning(
              `the thread that interprets answers ended (${why}); going on without it, more slowly`
            )
      )

    /**
     * If the thread cannot start, or ends because of a question, the calling thread does the work instead, so
     * nothing but time is lost.
     */
    const start = (heap: Heap) =>
      startThread(boot, heap, here).pipe(
        Scope.extend(scope),
        Effect.map(
          (there): Interpret =>
            (question) =>
              Effect.catchTag(there(question), "ThreadDied", (error) =>
                Effect.zipRight(withoutOne(error), here(question))
              )
        ),
        Effect.catchAll((error) => Effect.as(withoutOne(error), here)),
        Effect.interruptible,
        Effect.intoDeferred(elsewhere),
        Effect.forkIn(scope)
      )

    const startFor = (bytes: number, heap: Heap) =>
      Effect.gen(function* () {
        if (bytes < INLINE_BYTES_MAX || (yield* Ref.getAndSet(started, true))) return
        yield* start(heap)
      }).pipe(Effect.uninterruptible)

    return Interpreter.of({
      expect: (storedBytes) => startFor(storedBytes * STORED_BYTES_WEIGH, HEAP_FOR_MUCH),
      interpret: (question) =>
        Effect.gen(function* () {
          const { stored } = question.observation
          const bytes = yield* Ref.updateAndGet(askedBytes, (n) => n + stored.length * STORED_BYTES_WEIGH)
          yield* startFor(bytes, HEAP)
          const interpret = (yield* Ref.get(started)) ? yield* Deferred.await(elsewhere) : here
          return yield* interpret(question)
        })
    })
  })

export const layerFrom = (boot: URL) => Layer.scoped(Interpreter, make(boot))

export const layer = layerFrom(BOOT)
