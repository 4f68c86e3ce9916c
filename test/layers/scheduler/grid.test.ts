/** The next boundary, whatever timers and the clock do. */
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Effect, Random, Schedule } from "effect"
import { boundaryAtOrBefore } from "../../../src/domain/units/time.ts"
import { grid, isStaleBoundary } from "../../../src/layers/scheduler/grid.ts"

/** The boundaries that the grid returns at these times, in milliseconds. */
const answers = (interval: number, last: number, asked: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const slots: Array<number> = []
    const schedule = grid(interval, last)
    let state: unknown = schedule.initial
    for (const at of asked) {
      const [next, slot] = yield* schedule.step(at, undefined, state)
      state = next
      slots.push(slot)
    }
    return slots
  })

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const at = (seconds: number) => (NOON + seconds) * 1000

describe("the grid", () => {
  it.effect("returns the next boundary", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* answers(900, NOON + 7, [at(7.2)]), [NOON + 900])
      assert.deepStrictEqual(yield* answers(900, NOON - 1, [at(-0.5)]), [NOON])
      assert.deepStrictEqual(yield* answers(5, NOON + 1, [at(1), at(5), at(10)]), [
        NOON + 5,
        NOON + 10,
        NOON + 15
      ])
    })
  )

  it.effect("returns a boundary that is now, or that passed less than a second ago", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* answers(900, NOON - 1, [at(0)]), [NOON])
      assert.deepStrictEqual(yield* answers(900, NOON - 1, [at(0.999)]), [NOON])
      assert.deepStrictEqual(yield* answers(900, NOON - 1, [at(1)]), [NOON + 900])
      assert.deepStrictEqual(yield* answers(900, NOON - 900, [at(0.4)]), [NOON])
    })
  )

  it.effect("never returns a slot again, although its timer fired early or the clock was set back", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* answers(5, NOON, [at(4.999), at(4.999), at(9.998)]), [
        NOON + 5,
        NOON + 10,
        NOON + 15
      ])
      assert.deepStrictEqual(yield* answers(900, NOON, [at(-3600), at(-3600), at(899)]), [
        NOON + 900,
        NOON + 1800,
        NOON + 2700
      ])
    })
  )

  it.effect("leaves out boundaries that passed while it was not used", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* answers(60, NOON, [at(3601)]), [NOON + 3660])
      assert.deepStrictEqual(yield* answers(60, NOON, [at(3600.5)]), [NOON + 3600])
    })
  )

  it.effect("stays on the boundaries of the wall clock and moves forward, at whatever times it is used", () =>
    Effect.gen(function* () {
      for (const seed of Array.from({ length: 200 }, (_, n) => n)) {
        const random = Random.make(seed)
        const interval = [1, 5, 60, 300, 900, 3600][seed % 6] ?? 60
        const start = NOON + (yield* random.nextIntBetween(0, interval))
        let now = start * 1000
        const asked: Array<number> = []
        for (let n = 0; n < 50; n++) {
          now += yield* random.nextIntBetween(-300, interval * 1500)
          asked.push(now)
        }
        const slots = yield* answers(interval, start, asked)
        slots.forEach((slot, n) => {
          assert.strictEqual(slot % interval, 0)
          assert.isAbove(slot, slots[n - 1] ?? start)
          // A boundary that passed more than a second ago is not returned any more.
          assert.isBelow((asked[n] ?? 0) - slot * 1000, 1000)
        })
      }
    })
  )

  it.effect("works as an ordinary schedule", () =>
    Effect.gen(function* () {
      const slots = yield* Schedule.run(grid(60, NOON), at(3), [1, 2, 3])
      assert.deepStrictEqual(Chunk.toReadonlyArray(slots), [NOON + 60, NOON + 120, NOON + 180])
    })
  )
})

describe("a boundary that was awaited", () => {
  it("is abandoned after a tenth of its interval, but at least a second", () => {
    assert.isFalse(isStaleBoundary(NOON, 5, at(0.999)))
    assert.isTrue(isStaleBoundary(NOON, 5, at(1)))
    assert.isFalse(isStaleBoundary(NOON, 900, at(89)))
    assert.isTrue(isStaleBoundary(NOON, 900, at(90)))
    assert.isFalse(isStaleBoundary(NOON, 900, at(-2)))
    assert.strictEqual(boundaryAtOrBefore(at(89), 900), NOON)
  })
})
