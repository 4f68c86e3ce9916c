/**
 * Takes slots without waiting: the clock is set to the next boundary when all slots due before it have been
 * taken. A busy machine takes longer for the same slots, and misses none.
 */
import { Clock, Deferred, Effect, Layer, Ref } from "effect"
import type { SlotSeconds } from "../../domain/units/time.ts"
import type { SimulatedClock } from "../../layers/clock/simulated-clock.ts"
import { Scheduler } from "../../services/Scheduler.ts"

interface Waiting {
  readonly slot: SlotSeconds
  readonly turn: Deferred.Deferred<void>
}

export interface Steps {
  /** The number of jobs. The clock is moved forward when all of them are waiting. */
  readonly jobs: number
  /** No slot after this time is taken. */
  readonly until: SlotSeconds
  readonly onStep: (slot: SlotSeconds) => Effect.Effect<void>
}

interface Stepping {
  readonly layer: Layer.Layer<Scheduler>
  /** Completes when the last slot has been taken. */
  readonly over: Effect.Effect<void>
}

const nowSeconds = Effect.map(Clock.currentTimeMillis, (millis): SlotSeconds => Math.floor(millis / 1000))

export const stepping = (
  { setTo }: SimulatedClock,
  { jobs, onStep, until }: Steps
): Effect.Effect<Stepping> =>
  Effect.gen(function* () {
    const waiting = yield* Ref.make<ReadonlyArray<Waiting>>([])
    const over = yield* Deferred.make<void>()

    const step = (all: ReadonlyArray<Waiting>) =>
      Effect.gen(function* () {
        const next = Math.min(...all.map(({ slot }) => slot))
        if (next > until) return yield* Deferred.succeed(over, undefined)
        yield* setTo(next * 1000)
        yield* onStep(next)
        yield* Ref.set(
          waiting,
          all.filter(({ slot }) => slot > next)
        )
        return yield* Effect.forEach(
          all.filter(({ slot }) => slot === next),
          ({ turn }) => Deferred.succeed(turn, undefined),
          { discard: true }
        )
      })

    const turnOf = (slot: SlotSeconds) =>
      Effect.gen(function* () {
        const turn = yield* Deferred.make<void>()
        const all = yield* Ref.updateAndGet(waiting, (others) => [...others, { slot, turn }])
        if (all.length === jobs) yield* step(all)
        yield* Deferred.await(turn)
      })

    const scheduler = Scheduler.of({
      freeSlot: () => nowSeconds,
      run: ({ interval, take }) =>
        Effect.gen(function* () {
          let slot = yield* nowSeconds
          for (;;) {
            yield* turnOf(slot)
            yield* take(slot)
            slot = (Math.floor(slot / interval) + 1) * interval
          }
        })
    })
    return { layer: Layer.succeed(Scheduler, scheduler), over: Deferred.await(over) }
  })
