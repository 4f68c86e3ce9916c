/** A resumed backfill repeats little work, and repeats it once. */
import { assert, describe } from "@effect/vitest"
import { Deferred, Effect, Layer, Option, Ref } from "effect"
import * as BackfillLive from "../../../src/layers/backfill/BackfillRunner.ts"
import * as SqliteBackfillJobs from "../../../src/layers/sqlite/records/BackfillJobs.ts"
import { BackfillJobs, type BackfillProgress } from "../../../src/services/BackfillJobs.ts"
import { BackfillRunner } from "../../../src/services/BackfillRunner.ts"
import { ObservationLog } from "../../../src/services/ObservationLog.ts"
import { it } from "../../clock/noon.ts"
import { exchange, NOON } from "../../simulator/support.ts"
import { tablesIn } from "../projector/support.ts"
import { scopedFolder } from "../sqlite/support.ts"
import { attempt, gated, logged, spec } from "./support.ts"

const AT = NOON / 1000

/** A backfill of one series; all requests but the first ones never get an answer. */
const what = spec({ series: "KXNFLGAME", kinds: ["markets", "trades"] })

describe("a backfill that resumes", () => {
  it.scopedLive("counts its progress by steps and pages, without the work of earlier attempts", () =>
    Effect.gen(function* () {
      const [x, folder] = [yield* exchange({ markets: 40 }), yield* scopedFolder]
      const whole = yield* attempt(folder, x, what, {
        at: AT,
        gate: (_, path) => (path.startsWith("/historical/trades") && path.includes("ticker=") ? 403 : "pass")
      })
      assert.strictEqual(whole.status, "failed")
      assert.isAbove(whole.requestsDone, 15)
      const pages = logged(folder).length
      const told: Array<BackfillProgress> = []
      const again = yield* attempt(folder, x, what, {
        at: AT + 1,
        onProgress: (made) => Effect.sync(() => told.push(made))
      })
      assert.strictEqual(again.status, "complete", again.reason ?? "")
      const fresh = logged(folder).length - pages
      // Five steps, each page, and each listing that was walked to its end.
      assert.isAtMost(told.length, 5 + 2 * fresh)
      assert.isAtLeast(told.find(({ requests }) => requests > 10)?.requestsDone ?? 0, 15)
    })
  )

  it.scopedLive("in the same process reads each last page once", () =>
    Effect.gen(function* () {
      const [x, folder] = [yield* exchange({ markets: 40 }), yield* scopedFolder]
      const looks = yield* Ref.make<ReadonlyArray<number>>([])
      const counting = Layer.effect(
        ObservationLog,
        Effect.map(ObservationLog, (log) =>
          ObservationLog.of({
            ...log,
            get: (seq) =>
              Effect.tap(log.get(seq), (found) =>
                Option.exists(found, ({ status }) => status === 200)
                  ? Ref.update(looks, (before) => [...before, seq])
                  : Effect.void
              )
          })
        )
      )
      const broken = yield* Ref.make(true)
      const attempts = yield* Ref.make(0)
      const over = yield* Deferred.make<void>()
      // The historical tier's tape does not answer in some attempts.
      const gate = (_: number, path: string) =>
        path.startsWith("/historical/trades") && Effect.runSync(Ref.get(broken)) ? 503 : "pass"
      yield* Effect.gen(function* () {
        const [backfills, backfill] = [yield* BackfillJobs, yield* BackfillRunner]
        yield* backfills.request(what, AT)
        yield* Effect.raceFirst(
          backfill.serve(({ status }) =>
            Effect.gen(function* () {
              const seen = yield* Ref.updateAndGet(attempts, (n) => n + 1)
              if (seen === 3) yield* Ref.set(broken, false)
              if (status === "complete") yield* Deferred.succeed(over, undefined)
            })
          ),
          Deferred.await(over)
        )
      }).pipe(
        Effect.provide(
          BackfillLive.layerWith(BackfillLive.patienceOf("10 millis", "20 millis")).pipe(
            Layer.provideMerge(SqliteBackfillJobs.layer),
            Layer.provide(gated(x.url, gate, 1000, Effect.void)),
            Layer.provide(counting),
            Layer.provideMerge(tablesIn(folder))
          )
        ),
        Effect.scoped
      )

      const listings = new Set(logged(folder).map(({ request }) => request)).size
      // The failed attempts have read the pages that were in the log; an answer that was no page is read each
      // time.
      assert.isAbove(listings, 20)
      const looked = yield* Ref.get(looks)
      assert.isAbove(looked.length, 20)
      assert.strictEqual(new Set(looked).size, looked.length)
    })
  )
})
