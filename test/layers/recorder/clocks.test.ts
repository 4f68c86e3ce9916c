/** A clock of this machine that is wrong, or is set right between two walks, loses no trade. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { trades } from "../../../src/domain/ask/feeds/trades.ts"
import { slotText } from "../../../src/domain/units/time.ts"
import { Recorder } from "../../../src/services/Recorder.ts"
import { it } from "../../clock/noon.ts"
import { exchange, NOON } from "../../simulator/support.ts"
import { catchUp, rowsOf } from "../projector/support.ts"
import { scopedFolder } from "../sqlite/support.ts"
import { recordingIn } from "./tables.ts"

const HOUR = 3600

/** Twenty minutes of the exchange pass between two walks. */
const [SPEED, PAUSE] = [3600, "333 millis"] as const

describe("every trade is recorded once, with a clock that is", () => {
  it.scopedLive.each<[string, ReadonlyArray<number>]>([
    ["an hour fast", [HOUR, HOUR, HOUR, HOUR]],
    ["an hour slow", [-HOUR, -HOUR, -HOUR, -HOUR]],
    ["fast by and by, and then set right", [0, HOUR, 0, 2 * HOUR, 0]],
    ["slow by and by, and then set right", [0, -HOUR, 0, -2 * HOUR, 0]]
  ])("%s", ([, skews]) =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 60, speed: SPEED })
      const folder = yield* scopedFolder
      const since = NOON / 1000 - HOUR
      yield* Effect.gen(function* () {
        const recorder = yield* Recorder
        let last = 0
        for (const skew of skews) {
          last = Math.floor((yield* x.now) / 1000)
          const outcome = yield* recorder.run({ feed: trades, slot: last + skew, interval: null, since })
          assert.strictEqual(outcome.status, "complete", outcome.reason ?? "")
          assert.isAtMost(outcome.watermark ?? 0, Math.floor((yield* x.now) / 1000), "ahead of the tape")
          yield* Effect.sleep(PAUSE)
        }
        yield* catchUp()
        const truth = x.universe.tradesBetween(since * 1000, last * 1000)
        const got = rowsOf(
          folder,
          `SELECT trade_id FROM trades
           WHERE created_time >= '${slotText(since).slice(0, 19)}' AND created_time < '${slotText(last).slice(0, 19)}'
           ORDER BY trade_id`
        )
        assert.isAbove(truth.length, 300)
        assert.deepStrictEqual(
          got.map(({ trade_id }) => trade_id),
          truth.map(({ trade_id }) => trade_id).sort()
        )
      }).pipe(Effect.provide(recordingIn(folder, x)))
    })
  )
})
