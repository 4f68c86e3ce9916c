/** The demo's slots: one after another without waiting, and none of them missing. */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber } from "effect"
import { simulatedClock } from "../../src/layers/clock/simulated-clock.ts"
import { stepping } from "../../src/programs/demo/stepping.ts"
import { Scheduler } from "../../src/services/Scheduler.ts"

const NOON = Date.UTC(2026, 10, 22, 12) / 1000

describe("a simulated clock", () => {
  it.live("runs at the ordinary speed, can be set forward, and never goes back", () =>
    Effect.gen(function* () {
      const { clock, setTo } = yield* simulatedClock(NOON * 1000)
      const at = Effect.withClock(Clock.currentTimeMillis, clock)
      assert.isBelow((yield* at) - NOON * 1000, 5000)
      yield* setTo((NOON + 900) * 1000)
      yield* setTo(NOON * 1000)
      const later = yield* at
      assert.isAtLeast(later, (NOON + 900) * 1000)
      assert.isBelow(later, (NOON + 905) * 1000)
      const nanos = yield* Effect.withClock(Clock.currentTimeNanos, clock)
      assert.isBelow(Math.abs(Number(nanos / 1_000_000n) - (yield* at)), 1000, "both scales jump together")
    })
  )
})

describe("slots by a simulated clock", () => {
  it.live("follow at once and on every boundary, in order, however long each takes", () =>
    Effect.gen(function* () {
      const simulated = yield* simulatedClock((NOON + 60) * 1000)
      const steps: Array<number> = []
      const { layer, over } = yield* stepping(simulated, {
        jobs: 2,
        until: NOON + 3600,
        onStep: (slot) => Effect.sync(() => steps.push(slot - NOON))
      })
      const taken: Array<string> = []
      const job = (feed: string, interval: number, millis: number) =>
        Effect.flatMap(Scheduler, (scheduler) =>
          scheduler.run({
            feed,
            interval,
            take: (slot) =>
              Effect.gen(function* () {
                const now = yield* Clock.currentTimeMillis
                assert.isAtLeast(now, slot * 1000, "no slot before its time")
                assert.isBelow(now, slot * 1000 + 30_000, "nor long after")
                yield* Effect.sleep(millis)
                taken.push(`${feed} ${slot - NOON}`)
              })
          })
        )
      const running = yield* Effect.fork(
        Effect.all([job("slow", 900, 30), job("rare", 1800, 1)], { concurrency: 2 }).pipe(
          Effect.provide(layer),
          Effect.withClock(simulated.clock)
        )
      )
      yield* over
      yield* Fiber.interrupt(running)
      assert.deepStrictEqual(steps, [60, 900, 1800, 2700, 3600])
      assert.deepStrictEqual(
        taken.filter((one) => one.startsWith("slow")),
        [60, 900, 1800, 2700, 3600].map((at) => `slow ${at}`)
      )
      assert.deepStrictEqual(
        taken.filter((one) => one.startsWith("rare")),
        ["rare 60", "rare 1800", "rare 3600"]
      )
    })
  )
})
