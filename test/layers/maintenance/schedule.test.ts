/** When a recorder flushes, and when it does all of maintenance. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, TestClock } from "effect"
import { nowSeconds } from "../../../src/layers/clock/now.ts"
import { maintainRegularly } from "../../../src/layers/maintenance/schedule.ts"
import { type MaintenanceStep, maintenanceSteps } from "../../../src/services/Maintenance.ts"
import { quickClock } from "../../quick-clock.ts"

const HOUR = 3600
const DAY = 24 * HOUR

/**
 * Runs the schedule for a number of hours over a record of what it did. Each maintenance takes so many seconds.
 * Returns the times of all, in seconds, with the number of steps.
 */
const taken = (hours: number, { everySeconds = HOUR, takes = 60, last = -1 } = {}) =>
  Effect.gen(function* () {
    yield* quickClock
    yield* TestClock.setTime(Date.UTC(2026, 10, 22))
    const start = yield* nowSeconds
    const record = new Map<MaintenanceStep, number>()
    if (last >= 0) for (const step of maintenanceSteps) record.set(step, start - last)
    const all: Array<readonly [number, number]> = []
    let working = 0
    yield* Effect.forkScoped(
      maintainRegularly({
        everySeconds,
        lastAttempt: (step) => Effect.sync(() => record.get(step)),
        maintain: (steps) =>
          Effect.gen(function* () {
            working += 1
            assert.strictEqual(working, 1, "one at a time")
            all.push([(yield* nowSeconds) - start, steps.length])
            yield* Effect.sleep(Duration.seconds(takes))
            const now = yield* nowSeconds
            for (const step of steps) record.set(step, now)
            working -= 1
          })
      })
    )
    yield* TestClock.adjust(Duration.hours(hours))
    return all
  })

describe("the maintenance of a recorder", () => {
  it.scoped("leaves the first minutes to the slots, then flushes every hour", () =>
    Effect.map(taken(3, { last: 0 }), (all) => {
      assert.deepStrictEqual(all, [
        [300, 1],
        [300 + 60 + HOUR, 1],
        [300 + 2 * (60 + HOUR), 1]
      ])
    })
  )

  it.scoped("is all steps on a new directory, and then once a day", () =>
    Effect.map(taken(60), (all) => {
      const whole = all.flatMap(([at, steps]) => (steps === 4 ? [at] : []))
      assert.strictEqual(whole[0], 300)
      assert.strictEqual(whole.length, 3)
      for (const at of whole.slice(1)) assert.isBelow(Math.abs((at % DAY) - HOUR / 2), HOUR)
      assert.strictEqual(all.length, 59)
    })
  )

  it.scoped("is not done again after a restart within the day, and is after a day without a recorder", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* taken(1, { last: 20 * HOUR }))[0], [300, 1])
      assert.deepStrictEqual((yield* taken(1, { last: 25 * HOUR }))[0], [300, 4])
    })
  )

  it.scoped("that takes longer than the time between two is followed by a pause as long as ever", () =>
    Effect.map(taken(6, { takes: 2 * HOUR, last: 0 }), (all) => {
      assert.deepStrictEqual(
        all.map(([at]) => at),
        [300, 300 + 3 * HOUR]
      )
    })
  )

  it.scoped("does not wait for a time that a wrong clock has recorded", () =>
    Effect.gen(function* () {
      yield* quickClock
      yield* TestClock.setTime(Date.UTC(2026, 10, 22))
      const future = (yield* nowSeconds) + 30 * DAY
      const all: Array<number> = []
      yield* Effect.forkScoped(
        maintainRegularly({
          everySeconds: 60,
          lastAttempt: () => Effect.succeed(future),
          maintain: (steps) => Effect.sync(() => void all.push(steps.length))
        })
      )
      yield* TestClock.adjust("90 seconds")
      assert.deepStrictEqual(all, [4])
    })
  )
})
