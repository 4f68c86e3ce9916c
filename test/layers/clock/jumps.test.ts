/**
 * Slots follow the time that passes, and missed slots are recorded correctly, however this machine's clock
 * jumps.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, TestClock } from "effect"
import { slotSeconds } from "../../../src/domain/units/time.ts"
import { steadyClock } from "../../../src/layers/clock/steady.ts"
import * as Timekeeper from "../../../src/layers/clock/Timekeeper.ts"
import { FEED, schedulingBy } from "../scheduler/support.ts"
import { type Dating, exchangeDating, type Machine, machine } from "./support.ts"

const NOON = Date.UTC(2026, 10, 22, 12) / 1000
const DAY = 86_400_000

interface Jump {
  readonly seconds: number
  readonly believed: string
  readonly exchange_at: string | null
  readonly reason: string
}

/** A feed every 60 seconds from noon, on such a machine beside such an exchange. */
const recording = (dating: (machine: Machine) => Dating, aheadAtStart = 0) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(NOON * 1000)
    const there = yield* machine
    there.set(aheadAtStart)
    const steady = steadyClock(there.clock)
    const { asked, layer } = exchangeDating(dating(there))
    const { rows, scheduler, sql, take } = yield* schedulingBy(
      Timekeeper.layer(steady).pipe(Layer.provide(layer))
    )
    const run = Effect.withClock(
      scheduler.run({ feed: FEED, interval: 60, take: take(60, () => 10) }),
      steady.clock
    )
    /** Slots in seconds from noon. */
    const told = Effect.map(rows, (all) =>
      all.map(({ slot, status }) => `${slotSeconds(slot) - NOON} ${status}`)
    )
    const jumps = sql<Jump>`SELECT seconds, believed, exchange_at, reason FROM clock_jumps ORDER BY rowid`
    return { ...there, asked, run, told, jumps, take }
  })

const dated = (millis: number) => new Date(millis).toUTCString()
const right =
  ({ truth }: Machine) =>
  () =>
    dated(truth())

const between = (from: number, to: number, status: string) =>
  Array.from({ length: Math.floor((to - from) / 60) + 1 }, (_, n) => `${from + n * 60} ${status}`)

describe("a clock that is a day ahead for ten seconds", () => {
  it.scoped("during a recording moves no slot, and records no missed slot that was not due", () =>
    Effect.gen(function* () {
      const { jumps, run, set, told } = yield* recording(right)
      yield* Effect.fork(run)
      yield* TestClock.adjust("175 seconds")
      set(DAY)
      yield* TestClock.adjust("10 seconds")
      set(-DAY)
      yield* TestClock.adjust("176 seconds")
      assert.deepStrictEqual(yield* told, between(0, 360, "complete"))
      const [ahead, ...back] = yield* jumps
      assert.deepInclude(ahead, { seconds: 86_400, believed: "elapsed" })
      assert.match(ahead?.reason ?? "", /moved forward by 86400 seconds.*not believed/)
      assert.deepStrictEqual(
        back.map(({ believed, seconds }) => [seconds, believed]),
        [[-86_400, "clock"]]
      )
    })
  )

  it.scoped("at the start of a recorder stamps no slot, and records no missed slot that was not due", () =>
    Effect.gen(function* () {
      const { jumps, run, set, take, told } = yield* recording(right, DAY)
      yield* take(60, () => 0)(NOON - 180)
      yield* Effect.fork(run)
      yield* TestClock.adjust("10 seconds")
      set(-DAY)
      yield* TestClock.adjust("176 seconds")
      assert.deepStrictEqual(yield* told, [
        "-180 complete",
        "-120 missed",
        "-60 missed",
        ...between(0, 180, "complete")
      ])
      assert.deepStrictEqual(
        (yield* jumps).map(({ believed, seconds }) => [seconds, believed]),
        [
          [0, "exchange"],
          [-86_400, "clock"]
        ]
      )
    })
  )
})

describe("a machine that sleeps", () => {
  it.scoped("has missed the slots in between, and continues", () =>
    Effect.gen(function* () {
      const { jumps, run, sleep, told } = yield* recording(right)
      yield* Effect.fork(run)
      yield* TestClock.adjust("70 seconds")
      sleep(3_600_000)
      yield* TestClock.adjust("120 seconds")
      assert.deepStrictEqual(yield* told, [
        "0 complete",
        "60 complete",
        ...between(120, 3660, "missed"),
        "3720 complete",
        "3780 complete"
      ])
      assert.deepStrictEqual(
        (yield* jumps).map(({ believed, seconds }) => [seconds, believed]),
        [[3600, "clock"]]
      )
    })
  )
})

describe("a clock that is set", () => {
  it.scoped("by two seconds counts as unchanged", () =>
    Effect.gen(function* () {
      const { asked, jumps, run, set, told } = yield* recording(right)
      yield* Effect.fork(run)
      for (const by of [2000, -2000, -2000, 2000]) {
        yield* TestClock.adjust("70 seconds")
        set(by)
      }
      yield* TestClock.adjust("70 seconds")
      assert.deepStrictEqual(yield* told, between(0, 300, "complete"))
      assert.deepStrictEqual(yield* jumps, [])
      assert.deepStrictEqual(asked, ["/exchange/status"], "once, when it began")
    })
  )

  it.scoped("back by a day is followed if the exchange confirms it", () =>
    Effect.gen(function* () {
      // The exchange does not answer at first, so a clock that is a day ahead is used.
      let silent = true
      const { jumps, run, set, told, truth } = yield* recording(
        ({ truth }) =>
          () =>
            silent ? "silence" : dated(truth()),
        DAY
      )
      yield* Effect.fork(run)
      yield* TestClock.adjust("70 seconds")
      set(-DAY)
      silent = false
      yield* TestClock.adjust("180 seconds")
      const [day] = [DAY / 1000]
      assert.deepStrictEqual(yield* told, [
        "120 complete",
        "180 complete",
        "240 complete",
        `${day} complete`,
        `${day + 60} complete`
      ])
      assert.deepStrictEqual(
        (yield* jumps).map(({ believed, seconds }) => [Math.round(seconds), believed]),
        [[-86_400, "clock"]]
      )
      assert.strictEqual(truth(), (NOON + 250) * 1000)
    })
  )
})

describe("an exchange without a usable time", () => {
  for (const [what, date] of [
    ["for it gives no date", undefined],
    ["for its date is of 1970", "Thu, 01 Jan 1970 00:00:00 GMT"],
    ["for its date is of 2100", "Fri, 01 Jan 2100 00:00:00 GMT"]
  ] as const) {
    it.scoped(
      `${what} leaves the clock in force, and no slot that it jumped over is recorded as missed`,
      () =>
        Effect.gen(function* () {
          const { jumps, run, set, told } = yield* recording(() => () => date)
          yield* Effect.fork(run)
          yield* TestClock.adjust("70 seconds")
          set(DAY)
          yield* TestClock.adjust("120 seconds")
          set(-DAY)
          yield* TestClock.adjust("120 seconds")
          const day = DAY / 1000
          const slots = yield* told
          assert.deepStrictEqual(slots.slice(0, 2), ["0 complete", "60 complete"])
          assert.isBelow(slots.length, 10, slots.join())
          assert.include(slots, `${day + 180} complete`)
          assert.include(slots, "300 complete")
          assert.deepStrictEqual(
            (yield* jumps).map(({ believed, exchange_at, seconds }) => [
              Math.round(seconds),
              believed,
              exchange_at === null
            ]),
            [
              [86_400, "clock", date === undefined],
              [-86_400, "clock", date === undefined]
            ]
          )
        })
    )
  }
})
