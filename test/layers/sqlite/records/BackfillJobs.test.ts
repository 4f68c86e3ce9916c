/** The record of backfills: one job for each request, and a slot of its own for each attempt. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Option, TestClock } from "effect"
import type { BackfillSpec } from "../../../../src/domain/ask/backfill/plan.ts"
import * as SqliteBackfillJobs from "../../../../src/layers/sqlite/records/BackfillJobs.ts"
import { type AttemptOutcome, BackfillJobs } from "../../../../src/services/BackfillJobs.ts"
import { rowsOf } from "../../projector/support.ts"
import { databaseIn, raw, SLOT, scopedFolder } from "../support.ts"

const spec = (but: Partial<BackfillSpec> = {}): BackfillSpec => ({
  series: null,
  event: null,
  tickers: ["A", "B"],
  from: SLOT - 900,
  to: null,
  kinds: ["markets", "trades"],
  period: 60,
  ...but
})

const inNewFolder = <A, E>(use: (folder: string) => Effect.Effect<A, E, BackfillJobs>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(SLOT * 1000)
    const folder = yield* scopedFolder
    return yield* Effect.provide(
      use(folder),
      SqliteBackfillJobs.layer.pipe(Layer.provide(databaseIn(folder)))
    )
  })

const ends = (status: AttemptOutcome["status"]) => () => Effect.succeed({ status, reason: null })

/** Makes an attempt at a job, and returns the attempt's slot. */
const attempt = (id: number, status: AttemptOutcome["status"]) =>
  Effect.gen(function* () {
    const jobs = yield* BackfillJobs
    let slot = 0
    const keep = (given: number) =>
      Effect.sync(() => {
        slot = given
      })
    yield* jobs.bracket(id, keep, ends(status))
    return slot
  })

const nextSlot = Effect.flatMap(BackfillJobs, ({ next }) =>
  Effect.map(next, (job) => Option.getOrUndefined(job)?.slot)
)

describe("a request for a backfill", () => {
  it.scoped("resumes the open job that was requested before, in whatever order its lists were given", () =>
    inNewFolder(() =>
      Effect.gen(function* () {
        const jobs = yield* BackfillJobs
        const { slot } = yield* jobs.request(spec(), SLOT)
        const again = spec({ tickers: ["B", "A"], kinds: ["trades", "markets"] })
        assert.strictEqual((yield* jobs.request(again, SLOT + 60)).slot, slot)
        assert.notStrictEqual((yield* jobs.request(spec({ period: 1 }), SLOT + 60)).slot, slot)
      })
    )
  )

  it.scoped("is the same request if it names the same age, and another if it names another time", () =>
    inNewFolder(() =>
      Effect.gen(function* () {
        const jobs = yield* BackfillJobs
        const aged = (from: number, age: string) => spec({ from, said: { from: age, to: null } })
        const { slot } = yield* jobs.request(aged(SLOT - 900, "15m"), SLOT)
        const later = yield* jobs.request(aged(SLOT - 840, "15m"), SLOT + 60)
        assert.deepInclude(later, { slot, spec: aged(SLOT - 900, "15m") })
        for (const other of [
          aged(SLOT - 900, "900s"),
          spec({ from: SLOT - 900 }),
          spec({ from: SLOT - 840 })
        ])
          assert.notStrictEqual((yield* jobs.request(other, SLOT + 120)).slot, slot)
      })
    )
  )

  it.scoped("lets a failed job wait again, and makes another of a complete one", () =>
    inNewFolder(() =>
      Effect.gen(function* () {
        const jobs = yield* BackfillJobs
        const { slot } = yield* jobs.request(spec(), SLOT)
        yield* attempt(slot, "failed")
        assert.deepInclude(yield* jobs.request(spec(), SLOT + 60), { slot, status: "waiting", reason: null })
        yield* attempt(slot, "complete")
        assert.isAbove((yield* jobs.request(spec(), SLOT)).slot, slot)
      })
    )
  )
})

describe("an attempt at a backfill", () => {
  it.scoped("has a slot that no attempt and no job had before, even within one second", () =>
    inNewFolder(() =>
      Effect.gen(function* () {
        const jobs = yield* BackfillJobs
        const [one, other] = [
          yield* jobs.request(spec(), SLOT),
          yield* jobs.request(spec({ period: 1 }), SLOT)
        ]
        const slots = [one.slot, other.slot]
        for (const { slot } of [one, other, one, other]) slots.push(yield* attempt(slot, "failed"))
        slots.push((yield* jobs.request(spec({ period: 1440 }), SLOT)).slot)
        assert.strictEqual(new Set(slots).size, 7, slots.join())
        assert.deepStrictEqual(
          slots,
          [...slots].sort((a, b) => a - b)
        )
      })
    )
  )

  it.scoped("is made next of the job that has waited longest, and of none that has ended", () =>
    inNewFolder(() =>
      Effect.gen(function* () {
        const jobs = yield* BackfillJobs
        const one = yield* jobs.request(spec(), SLOT)
        const other = yield* jobs.request(spec({ period: 1 }), SLOT)
        assert.strictEqual(yield* nextSlot, one.slot)
        yield* attempt(one.slot, "waiting")
        assert.strictEqual(yield* nextSlot, other.slot)
        yield* attempt(other.slot, "failed")
        assert.strictEqual(yield* nextSlot, one.slot)
        yield* attempt(one.slot, "complete")
        assert.isUndefined(yield* nextSlot)
      })
    )
  )

  it.scoped("that a killed process left running waits again", () =>
    inNewFolder((folder) =>
      Effect.gen(function* () {
        const jobs = yield* BackfillJobs
        const { slot } = yield* jobs.request(spec(), SLOT)
        assert.strictEqual(yield* jobs.recover, 0)
        raw(folder, (database) => database.exec("UPDATE backfills SET status = 'running'"))
        assert.isUndefined(yield* nextSlot)
        assert.strictEqual(yield* jobs.recover, 1)
        assert.strictEqual(yield* nextSlot, slot)
      })
    )
  )

  it.scoped("that is interrupted is not left running", () =>
    inNewFolder((folder) =>
      Effect.gen(function* () {
        const jobs = yield* BackfillJobs
        const { slot } = yield* jobs.request(spec(), SLOT)
        const exit = yield* Effect.exit(jobs.bracket(slot, () => Effect.interrupt, ends("waiting")))
        assert.strictEqual(exit._tag, "Failure")
        assert.deepStrictEqual(
          rowsOf(folder, "SELECT status, finished_at IS NOT NULL AS ended FROM backfills"),
          [{ status: "waiting", ended: 1 }]
        )
      })
    )
  )
})
