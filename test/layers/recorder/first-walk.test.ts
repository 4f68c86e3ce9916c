/** The walk after a first walk that never came to its end starts at the same time as the first one. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { candlesticks } from "../../../src/domain/ask/feeds/candlesticks.ts"
import { markets } from "../../../src/domain/ask/feeds/markets.ts"
import { settlements } from "../../../src/domain/ask/feeds/settlements.ts"
import { trades } from "../../../src/domain/ask/feeds/trades.ts"
import { Recorder } from "../../../src/services/Recorder.ts"
import { it } from "../../clock/noon.ts"
import { exchange, faults, NOON } from "../../simulator/support.ts"
import { catchUp, rowsOf } from "../projector/support.ts"
import { scopedFolder } from "../sqlite/support.ts"
import { recordingIn } from "./tables.ts"

const DAY = 24 * 3600
const START = NOON / 1000

describe("a first walk", () => {
  it.scopedLive.each([
    ["trades", trades, "min_ts", "403@/markets/trades:count=1"],
    ["settlements", settlements, "min_settled_ts", "403@/markets$:count=1"],
    ["candlesticks", candlesticks, "start_ts", "403@/markets/candlesticks:count=1"]
  ] as const)("of %s that was cut short begins in the same place again", ([name, feed, parameter, fault]) =>
    Effect.gen(function* () {
      const x = yield* exchange({ markets: 60, startsAt: NOON })
      const folder = yield* scopedFolder
      yield* Effect.gen(function* () {
        const recorder = yield* Recorder
        yield* recorder.run({ feed: markets, slot: START, interval: null })
        yield* catchUp()
        yield* x.setFaults(yield* faults(fault))
        const statuses: Array<string> = []
        for (const slot of [START, START + 2 * DAY, START + 3 * DAY])
          statuses.push((yield* recorder.run({ feed, slot, interval: null })).status)
        assert.deepStrictEqual(statuses, ["failed", "complete", "complete"])
      }).pipe(Effect.provide(recordingIn(folder, x)))
      const starts = rowsOf(
        folder,
        `SELECT slot, min(request) AS request FROM observations
         WHERE feed = '${name}' AND page = 0 AND endpoint <> 'GET /historical/cutoff' GROUP BY slot ORDER BY slot`
      ).map(({ request }) => Number(new URL(String(request), x.url).searchParams.get(parameter)))
      assert.strictEqual(starts.length, 3)
      assert.strictEqual(starts[1], starts[0])
      assert.isAbove(starts[2] ?? 0, starts[1] ?? 0)
    })
  )
})
