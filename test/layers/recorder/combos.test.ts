/** The settlements of combos that were recorded. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { combos } from "../../../src/domain/ask/feeds/combos.ts"
import { Recorder } from "../../../src/services/Recorder.ts"
import { it } from "../../clock/noon.ts"
import { exchange } from "../../simulator/support.ts"
import { catchUp, rowsOf } from "../projector/support.ts"
import { scopedFolder } from "../sqlite/support.ts"
import { recordingIn } from "./tables.ts"

/** Ten hours of the exchange pass in a second. */
const SPEED = 36_000

describe("combos", () => {
  it.scopedLive("that are recorded and settle later have a settlement", () =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 1500, speed: SPEED })
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        const recorder = yield* Recorder
        const walk = Effect.gen(function* () {
          const before = yield* x.now
          const slot = Math.floor(before / 1000)
          const { reason, status } = yield* recorder.run({ feed: combos, slot, interval: 3600 })
          assert.strictEqual(status, "complete", reason ?? "")
          return before
        })
        const from = yield* walk
        yield* Effect.sleep("400 millis")
        yield* walk
        yield* Effect.sleep("200 millis")
        const to = yield* walk
        yield* catchUp()
        const open = x.universe.openAt(from).filter(({ combo }) => combo)
        const settled = open.filter(({ finalizedUs }) => finalizedUs < to * 1000)
        assert.isAbove(settled.length, 5)
        const got = new Set(rowsOf(folder, "SELECT ticker FROM settlements").map(({ ticker }) => ticker))
        const missing = settled.flatMap(({ ticker }) => (got.has(ticker) ? [] : [ticker]))
        assert.deepStrictEqual(missing, [])
      }).pipe(Effect.provide(recordingIn(folder, x)))
    })
  )
})
