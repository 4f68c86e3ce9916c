/** An exchange that does not answer, with a recorder that keeps running. */
import { assert, describe } from "@effect/vitest"
import { Chunk, Deferred, Duration, Effect, Fiber, Ref, Schedule } from "effect"
import { patienceOf } from "../../../src/layers/backfill/BackfillRunner.ts"
import { describeBackfill } from "../../../src/programs/cli/outcomes.ts"
import { backfills as statusLines } from "../../../src/programs/terminal/status.ts"
import { type BackfillJob, BackfillJobs } from "../../../src/services/BackfillJobs.ts"
import { BackfillRunner } from "../../../src/services/BackfillRunner.ts"
import { it } from "../../clock/noon.ts"
import { exchange, NOON } from "../../simulator/support.ts"
import { scopedFolder } from "../sqlite/support.ts"
import { type Gate, jobIn, spec, workshop } from "./support.ts"

const AT = NOON / 1000

const IMPATIENT = patienceOf("20 millis", "50 millis")

const what = (series: string) => spec({ series, kinds: ["markets"] })

/**
 * A recorder works on the backfills until `enough` of them have ended for good; returns the end of each
 * attempt.
 */
const served = (gate: Gate, asked: ReadonlyArray<string>, enough: number) =>
  Effect.gen(function* () {
    const [x, folder] = [yield* exchange({ markets: 40 }), yield* scopedFolder]
    return yield* Effect.gen(function* () {
      const [backfills, backfill] = [yield* BackfillJobs, yield* BackfillRunner]
      yield* Effect.forEach(asked, (series, n) => backfills.request(what(series), AT + n))
      const ends = yield* Ref.make<ReadonlyArray<BackfillJob>>([])
      const over = yield* Deferred.make<void>()
      const serving = yield* Effect.fork(
        backfill.serve((job) =>
          Ref.updateAndGet(ends, (before) => [...before, job]).pipe(
            Effect.tap((all) =>
              all.filter(({ status }) => status !== "waiting").length >= enough
                ? Deferred.succeed(over, undefined)
                : Effect.void
            )
          )
        )
      )
      yield* Effect.raceFirst(Deferred.await(over), Fiber.join(serving))
      yield* Fiber.interrupt(serving)
      return { ends: yield* Ref.get(ends), jobs: jobIn(folder) }
    }).pipe(Effect.provide(workshop(folder, x, { gate, patience: IMPATIENT })), Effect.scoped)
  })

const statuses = (ends: ReadonlyArray<BackfillJob>) => ends.map(({ status }) => status)

describe("a backfill in a recorder", () => {
  it.scopedLive("waits while the exchange does not answer, says so, and continues afterwards", () =>
    Effect.gen(function* () {
      const { ends, jobs } = yield* served((nth) => (nth > 2 && nth < 6 ? "down" : "pass"), ["KXNFLGAME"], 1)
      assert.deepStrictEqual(statuses(ends), ["waiting", "waiting", "waiting", "complete"])
      const [first, last] = [ends[0], ends.at(-1)]
      if (first === undefined || last === undefined) return assert.fail("never ended")
      const words = /waiting, \d of \d listings, .*does not answer: ECONNRESET; it is tried again and again/
      assert.match(describeBackfill(first), words)
      assert.strictEqual(last.reason, null)
      assert.strictEqual(jobs[0]?.status, "complete")
      assert.strictEqual(jobs[0]?.reason, null)
    })
  )

  it.scopedLive("waits on 5xx after the last attempt, and fails on a refusal", () =>
    Effect.gen(function* () {
      const broken: Gate = (nth, path) => (nth < 8 && path.startsWith("/historical/markets") ? 503 : "pass")
      const away = yield* served(broken, ["KXNFLGAME"], 1)
      assert.isAbove(away.ends.length, 1)
      assert.strictEqual(away.ends.at(-1)?.status, "complete")
      assert.match(away.ends[0]?.reason ?? "", /answered 503 to \/historical\/markets.*tried again/)

      const refusing: Gate = (_, path) => (path.startsWith("/historical/markets") ? 403 : "pass")
      const refused = yield* served(refusing, ["KXNFLGAME"], 1)
      assert.deepStrictEqual(statuses(refused.ends), ["failed"])

      // An attempt with both a refused and an unanswered request has an answer.
      const both: Gate = (_, path) =>
        path.startsWith("/historical/markets") ? 503 : path.startsWith("/events") ? 403 : "pass"
      assert.deepStrictEqual(statuses((yield* served(both, ["KXNFLGAME"], 1)).ends), ["failed"])
    })
  )

  it.scopedLive("that waits or fails delays no other", () =>
    Effect.gen(function* () {
      const gate: Gate = (_, path) =>
        path.startsWith("/historical/markets") && path.includes("KXNFLGAME") ? 500 : "pass"
      const { ends, jobs } = yield* served(gate, ["KXNFLGAME", "KXBTC15M"], 1)
      assert.deepStrictEqual(statuses(ends), ["waiting", "complete"])
      assert.deepStrictEqual(
        jobs.map(({ status }) => status),
        ["waiting", "complete"]
      )
    })
  )

  it("is tried again after growing pauses, and soon after some progress", () =>
    Effect.gen(function* () {
      const away = (wasThere: boolean) => ({ _tag: "ExchangeAway", wasThere }) as never
      const waits = (inputs: ReadonlyArray<boolean>) =>
        Schedule.run(Schedule.delays(patienceOf("15 seconds", "10 minutes")), 0, inputs.map(away)).pipe(
          Effect.map((delays) => Chunk.toReadonlyArray(delays).map(Duration.toSeconds))
        )
      const growing = yield* waits(Array.from({ length: 12 }, () => false))
      const [exact, cap] = [growing.map((_, n) => Math.min(15 * 2 ** n, 600)), 600]
      growing.forEach((wait, n) => {
        assert.isAtLeast(wait, 0.8 * (exact[n] ?? 0) - 1)
        assert.isAtMost(wait, 1.2 * (exact[n] ?? 0) + 1)
      })
      assert.isAbove(growing.at(-1) ?? 0, 0.79 * cap)
      const interrupted = yield* waits([false, false, false, false, true, false])
      assert.isBelow(interrupted[4] ?? 0, 19)
      assert.isBelow(interrupted[5] ?? 0, 37)
    }).pipe(Effect.runPromise))

  it("that waits is listed by status, with the reason", () => {
    const open = { slot: "2026-11-22T12:00:00Z", requests: 5, requestsDone: 3 }
    assert.deepStrictEqual(
      statusLines([
        { ...open, status: "waiting", reason: "it does not answer; it is tried again" },
        { ...open, status: "running", reason: null, requests: 0, requestsDone: 0 }
      ]),
      [
        "backfills  2 not ended yet",
        "           2026-11-22T12:00:00Z waiting, 3 of 5 listings (it does not answer; it is tried again)",
        "           2026-11-22T12:00:00Z running"
      ]
    )
    assert.deepStrictEqual(statusLines([]), [])
  })
})
