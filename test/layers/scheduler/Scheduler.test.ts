/** A thousand slots on a test clock: every boundary is recorded exactly once, and none drifts. */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, Random, TestClock } from "effect"
import {
  boundaryAtOrBefore,
  epochMillis,
  type SlotSeconds,
  slotSeconds
} from "../../../src/domain/units/time.ts"
import { FEED, type RunRow, scheduling, shifting } from "./support.ts"

const NOON = Date.UTC(2026, 10, 22, 12) / 1000

const setTime = (seconds: number) => TestClock.setTime(seconds * 1000)

/** Slots in seconds from noon, with their final status. */
const told = (rows: ReadonlyArray<RunRow>) =>
  rows.map(({ slot, status }) => `${slotSeconds(slot) - NOON} ${status}`)

/** Every boundary of the grid after one time and before another. */
const boundaries = (after: SlotSeconds, before: SlotSeconds, interval: number) => {
  const first = boundaryAtOrBefore(after * 1000, interval) + interval
  return Array.from(
    { length: Math.max(0, Math.ceil((before - first) / interval)) },
    (_, n) => first + n * interval
  )
}

/**
 * The expected status of each slot: those that come due while another is running are skipped, and no other.
 */
const expected = (slots: ReadonlyArray<SlotSeconds>, millisOf: (slot: SlotSeconds) => number) => {
  let freeAt = 0
  return slots.map((slot) => {
    if (slot * 1000 < freeAt) return "skipped"
    freeAt = slot * 1000 + millisOf(slot)
    return "taken"
  })
}

describe("a thousand slots", () => {
  for (const seed of ["calm", "wild"]) {
    it.scoped(`of a ${seed} exchange are on the boundaries, one at a time, and all recorded`, () =>
      Effect.gen(function* () {
        const [interval, startedAt] = [60, NOON + 17]
        const { rows, scheduler, take } = yield* scheduling
        const random = Random.make(seed)
        const lengths = new Map<SlotSeconds, number>()
        for (const slot of [startedAt, ...boundaries(startedAt, NOON + 1100 * interval, interval)]) {
          const overruns = seed === "calm" ? 0.1 : 0.8
          const long = (yield* random.next) < overruns
          lengths.set(slot, long ? yield* random.nextIntBetween(60_001, 400_000) : 59_000)
        }
        const millisOf = (slot: SlotSeconds) => lengths.get(slot) ?? 0
        const statusOf = (slot: SlotSeconds) => (slot % 7 === 0 ? "failed" : "complete")

        yield* setTime(startedAt)
        const job = { feed: FEED, interval, take: take(interval, millisOf, statusOf) }
        const running = yield* Effect.fork(scheduler.run(job))
        const end = NOON + 1000 * interval + 30
        yield* setTime(end)
        yield* Fiber.interrupt(running)

        const recorded = yield* rows
        const slots = recorded.map(({ slot }) => slotSeconds(slot))
        assert.deepStrictEqual(slots, [startedAt, ...boundaries(startedAt, end, interval)])
        assert.isAtLeast(slots.length, 1000)
        assert.deepStrictEqual(
          recorded.map(({ status }) => (status === "skipped" ? "skipped" : "taken")),
          expected(slots, millisOf)
        )
        let freeAt = 0
        for (const { finished_at, reason, slot, started_at, status } of recorded) {
          if (status === "skipped") {
            assert.deepStrictEqual([started_at, finished_at], [null, null])
            assert.match(reason ?? "", /still being taken/)
            continue
          }
          // Each starts exactly on its boundary, also after a thousand slots, and never while another runs.
          assert.strictEqual(epochMillis(started_at ?? ""), slotSeconds(slot) * 1000)
          assert.isAtLeast(slotSeconds(slot) * 1000, freeAt)
          freeAt = epochMillis(finished_at ?? "")
          if (freeAt < end * 1000) assert.strictEqual(status, statusOf(slotSeconds(slot)))
          else assert.strictEqual(reason, "interrupted")
        }
      })
    )
  }
})

describe("the first slot", () => {
  it.scoped("is taken at once if nothing was ever recorded, and is not a boundary", () =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      yield* setTime(NOON + 100.25)
      yield* Effect.fork(scheduler.run({ feed: FEED, interval: 900, take: take(900, () => 500) }))
      yield* TestClock.adjust("30 minutes")
      assert.deepStrictEqual(told(yield* rows), ["100 complete", "900 complete", "1800 complete"])
    })
  )

  for (const [age, taken] of [
    [899, false],
    [900, false],
    [901, true],
    [5000, true]
  ] as const) {
    it.scoped(`is ${taken ? "" : "not "}taken at once when the last complete one is ${age} s old`, () =>
      Effect.gen(function* () {
        const { rows, scheduler, take } = yield* scheduling
        yield* setTime(NOON + 10_000 - age)
        yield* take(null, () => 0)(NOON + 10_000 - age)
        yield* setTime(NOON + 10_000)
        yield* Effect.fork(scheduler.run({ feed: FEED, interval: 900, take: take(900, () => 0) }))
        yield* TestClock.adjust("1 second")
        const slots = (yield* rows).map(({ slot }) => slotSeconds(slot))
        assert.strictEqual(slots.includes(NOON + 10_000), taken)
      })
    )
  }

  it.scoped("is taken at once if later ones failed, because only complete ones count", () =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      yield* setTime(NOON)
      yield* take(900, () => 0)(NOON)
      yield* take(
        900,
        () => 0,
        () => "failed"
      )(NOON + 900)
      yield* setTime(NOON + 950)
      yield* Effect.fork(scheduler.run({ feed: FEED, interval: 900, take: take(900, () => 0) }))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(told(yield* rows), ["0 complete", "900 failed", "950 complete"])
    })
  )

  it.scoped("is never stamped with a second that is taken", () =>
    Effect.gen(function* () {
      const { runs, scheduler, take } = yield* scheduling
      yield* setTime(NOON + 5.1)
      yield* take(
        null,
        () => 0,
        () => "failed"
      )(NOON + 5)
      const free = yield* Effect.fork(scheduler.freeSlot(["events", FEED]))
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* Fiber.join(free), NOON + 6)
      assert.isFalse(yield* runs.taken(FEED, NOON + 6))
      assert.strictEqual(yield* scheduler.freeSlot(["events"]), NOON + 7)
    })
  )

  it.scoped("on a boundary is taken once, as that boundary", () =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      yield* setTime(NOON + 900)
      yield* Effect.fork(scheduler.run({ feed: FEED, interval: 900, take: take(900, () => 0) }))
      yield* TestClock.adjust("20 minutes")
      assert.deepStrictEqual(told(yield* rows), ["900 complete", "1800 complete"])
    })
  )
})

describe("downtime", () => {
  /** Slots of a run of one interval that ends, and of another that begins later. */
  const twoRuns = (options: {
    readonly first: number
    readonly until: number
    readonly second: number
    readonly resumed: number
    readonly on: number
  }) =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      const run = (interval: number) =>
        Effect.fork(scheduler.run({ feed: FEED, interval, take: take(interval, () => 0) }))
      yield* setTime(NOON)
      const before = yield* run(options.first)
      yield* setTime(NOON + options.until)
      yield* Fiber.interrupt(before)
      yield* setTime(NOON + options.resumed)
      const after = yield* run(options.second)
      yield* setTime(NOON + options.resumed + options.on)
      yield* Fiber.interrupt(after)
      return yield* rows
    })

  it.scoped("is recorded as missed, on the interval in force before it", () =>
    Effect.gen(function* () {
      const rows = yield* twoRuns({ first: 60, until: 130, second: 300, resumed: 400, on: 300 })
      assert.deepStrictEqual(told(rows), [
        "0 complete",
        "60 complete",
        "120 complete",
        "180 missed",
        "240 missed",
        "300 missed",
        "360 missed",
        "600 complete"
      ])
      const missed = rows.filter(({ status }) => status === "missed")
      assert.isTrue(
        missed.every(({ interval, reason }) => interval === 60 && /not running/.test(reason ?? ""))
      )
    })
  )

  for (const resumed of [901, 901.5, 900, 900.5, 899.9, 902]) {
    it.scoped(`leaves out no boundary if the next run starts ${resumed - 900} s after one`, () =>
      Effect.gen(function* () {
        // The immediate slot at 200 s is recent enough that the second run takes none of its own.
        const { rows, scheduler, take } = yield* scheduling
        const run = Effect.fork(scheduler.run({ feed: FEED, interval: 900, take: take(900, () => 0) }))
        yield* setTime(NOON + 200)
        const before = yield* run
        yield* setTime(NOON + 300)
        yield* Fiber.interrupt(before)
        yield* setTime(NOON + resumed)
        yield* run
        yield* setTime(NOON + 1900)
        const there = told(yield* rows)
        assert.deepStrictEqual(there.length, 3)
        assert.match(there[1] ?? "", resumed < 901 ? /^900 complete$/ : /^900 missed$/)
        assert.strictEqual(there[2], "1800 complete")
      })
    )
  }

  it.scoped("before the first run on an interval is not recorded, even after slots of --once", () =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      yield* setTime(NOON)
      yield* take(null, () => 0)(NOON)
      yield* setTime(NOON + 3605)
      yield* Effect.fork(scheduler.run({ feed: FEED, interval: 900, take: take(900, () => 0) }))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(told(yield* rows), ["0 complete", "3605 complete"])
    })
  )

  it.scoped("does not include a boundary that --once took in the meantime", () =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      yield* setTime(NOON)
      yield* take(900, () => 0)(NOON)
      yield* setTime(NOON + 900)
      yield* take(null, () => 0)(NOON + 900)
      yield* setTime(NOON + 2000)
      yield* Effect.fork(scheduler.run({ feed: FEED, interval: 900, take: take(900, () => 0) }))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(told(yield* rows), [
        "0 complete",
        "900 complete",
        "1800 missed",
        "2000 complete"
      ])
    })
  )
})

describe("a clock that jumps", () => {
  it.scoped("forward after sleep: the slots in between are missed, and none is taken late", () =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      const { on, shift } = yield* shifting
      yield* setTime(NOON)
      yield* Effect.fork(on(scheduler.run({ feed: FEED, interval: 60, take: take(60, () => 10) })))
      yield* TestClock.adjust("70 seconds")
      yield* shift(3_600_000 + 13_000)
      yield* TestClock.adjust("140 seconds")
      const recorded = yield* rows
      const byStatus = (status: string) =>
        recorded.filter((row) => row.status === status).map(({ slot }) => slotSeconds(slot) - NOON)
      // The machine sleeps from 70 to 3683 on the wall clock; the timer for 120 fires at 3733.
      assert.deepStrictEqual(byStatus("missed"), boundaries(60, 3780, 60))
      assert.deepStrictEqual(byStatus("complete"), [0, 60, 3780])
      assert.isTrue(
        recorded.every(({ reason, status }) => status !== "missed" || /asleep/.test(reason ?? ""))
      )
      for (const { slot, started_at, status } of recorded) {
        if (status === "complete") assert.strictEqual(epochMillis(started_at ?? ""), slotSeconds(slot) * 1000)
      }
    })
  )

  it.scoped("back: no slot is taken twice, and the grid continues where it was", () =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      const { on, shift } = yield* shifting
      yield* setTime(NOON)
      yield* Effect.fork(on(scheduler.run({ feed: FEED, interval: 60, take: take(60, () => 10) })))
      yield* TestClock.adjust("130 seconds")
      yield* shift(-100_000)
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(told(yield* rows), [
        "0 complete",
        "60 complete",
        "120 complete",
        "180 complete",
        "240 complete",
        "300 complete"
      ])
    })
  )

  it.scoped("back between two runs: recorded slots stay, and the run continues", () =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      yield* setTime(NOON + 120)
      for (const slot of [120, 180, 300]) yield* take(60, () => 0)(NOON + slot)
      yield* Effect.fork(scheduler.run({ feed: FEED, interval: 60, take: take(60, () => 0) }))
      yield* TestClock.adjust("250 seconds")
      assert.deepStrictEqual(told(yield* rows), [
        "120 complete",
        "180 complete",
        "240 complete",
        "300 complete",
        "360 complete"
      ])
    })
  )
})

describe("rows in the future", () => {
  const DAY = 86_400

  it.scoped("with the status missed or skipped do not prevent the slot from being taken when it comes", () =>
    Effect.gen(function* () {
      const { rows, runs, scheduler, take } = yield* scheduling
      yield* setTime(NOON)
      yield* take(60, () => 0)(NOON)
      yield* runs.miss({
        feed: FEED,
        after: NOON,
        before: NOON + DAY,
        interval: 60,
        reason: "the clock was wrong"
      })
      yield* runs.skip({ feed: FEED, slot: NOON + DAY, interval: 60, reason: "busy" })
      yield* setTime(NOON + 90)
      yield* Effect.fork(scheduler.run({ feed: FEED, interval: 60, take: take(60, () => 0) }))
      yield* TestClock.adjust("150 seconds")
      assert.deepStrictEqual(told(yield* rows).slice(0, 6), [
        "0 complete",
        "60 missed",
        "90 complete",
        "120 complete",
        "180 complete",
        "240 complete"
      ])
    })
  )

  it.scoped("that are complete delay no feed, and hide no missed slots before them", () =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      yield* setTime(NOON)
      yield* take(60, () => 0)(NOON)
      yield* take(60, () => 0)(NOON + DAY)
      yield* setTime(NOON + 190)
      yield* Effect.fork(scheduler.run({ feed: FEED, interval: 60, take: take(60, () => 0) }))
      yield* TestClock.adjust("60 seconds")
      assert.deepStrictEqual(told(yield* rows), [
        "0 complete",
        "60 missed",
        "120 missed",
        "180 missed",
        "190 complete",
        "240 complete",
        `${DAY} complete`
      ])
    })
  )

  it.scoped("do not delay a run whose clock is set back by a day", () =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      const { on, shift } = yield* shifting
      yield* setTime(NOON)
      yield* shift(DAY * 1000)
      yield* Effect.fork(on(scheduler.run({ feed: FEED, interval: 60, take: take(60, () => 10) })))
      yield* TestClock.adjust("70 seconds")
      yield* shift(-DAY * 1000)
      yield* TestClock.adjust("180 seconds")
      const taken = told(yield* rows)
      // The timer that was to fire at 120 of the next day fired at 120 of this one.
      assert.deepStrictEqual(taken, [
        "120 complete",
        "180 complete",
        "240 complete",
        `${DAY} complete`,
        `${DAY + 60} complete`
      ])
    })
  )
})

describe("the end", () => {
  it.scoped("of a failing job is its error, and no other slot is taken", () =>
    Effect.gen(function* () {
      const { scheduler } = yield* scheduling
      let taken = 0
      const failing = () => (++taken === 3 ? Effect.fail("the disk is full") : Effect.void)
      yield* setTime(NOON)
      const run = yield* Effect.fork(scheduler.run({ feed: FEED, interval: 60, take: failing }))
      yield* TestClock.adjust("10 minutes")
      const exit = yield* Fiber.await(run)
      assert.isTrue(Exit.isFailure(exit) && Cause.contains(exit.cause, Cause.fail("the disk is full")))
      assert.strictEqual(taken, 3)
    })
  )

  it.scoped("comes with a bug in the job, and with a record that cannot be written", () =>
    Effect.gen(function* () {
      const { scheduler, sql, take } = yield* scheduling
      yield* setTime(NOON)
      const bug = yield* Effect.fork(
        scheduler.run({ feed: FEED, interval: 60, take: () => Effect.dieMessage("a bug") })
      )
      yield* TestClock.adjust("1 second")
      const died = yield* Fiber.await(bug)
      assert.isTrue(Exit.isFailure(died) && Cause.isDie(died.cause))

      const overrun = yield* Effect.fork(
        scheduler.run({ feed: FEED, interval: 60, take: take(60, () => 90_000) })
      )
      yield* TestClock.adjust("10 seconds")
      yield* sql`DROP TABLE collection_runs`
      yield* TestClock.adjust("60 seconds")
      const failed = yield* Effect.flip(Fiber.join(overrun))
      assert.strictEqual(failed._tag, "StorageFailed")
      assert.match(failed.message, /no such table: collection_runs/)
    })
  )

  it.scoped("by interruption interrupts the current slot, and waits until it is closed", () =>
    Effect.gen(function* () {
      const { rows, scheduler, take } = yield* scheduling
      const started = yield* Deferred.make<void>()
      const slow = (slot: SlotSeconds) =>
        Effect.zipRight(Deferred.succeed(started, undefined), take(60, () => 40_000)(slot))
      yield* setTime(NOON)
      const run = yield* Effect.fork(scheduler.run({ feed: FEED, interval: 60, take: slow }))
      yield* Deferred.await(started)
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.interrupt(run)
      const [row] = yield* rows
      assert.deepInclude(row, { status: "failed", reason: "interrupted" })
      assert.strictEqual(epochMillis(row?.finished_at ?? ""), (NOON + 5) * 1000)
    })
  )
})
