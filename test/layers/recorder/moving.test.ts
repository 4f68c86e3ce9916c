/** Markets that open, close and settle while their listing is walked. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { openMarkets } from "../../../src/domain/ask/feeds/markets.ts"
import { defaultOptions, layer } from "../../../src/layers/http/KalshiApi.ts"
import { ObservationLog } from "../../../src/services/ObservationLog.ts"
import { it } from "../../clock/noon.ts"
import type { MarketsPage } from "../../simulator/support.ts"
import { exchange, NOON } from "../../simulator/support.ts"
import { readFrom } from "../sqlite/support.ts"
import { feedOf, recordingOver, SLOT } from "./support.ts"

describe("a listing that changes while it is walked", () => {
  it.scopedLive("contains every market that stays open, and none twice", () =>
    Effect.gen(function* () {
      // Fifty minutes of the exchange pass in a second: hundreds of markets open and close during each walk.
      const x = yield* exchange({ markets: 3000, speed: 3000 })
      const http = layer({ ...defaultOptions, baseUrl: x.url, readTokensPerSecond: 10_000 })
      const { log, recorder } = yield* recordingOver(http)
      const listing = openMarkets(SLOT)
      const feed = feedOf({ ...listing, query: { ...listing.query, limit: "100" } })
      const openAt = (ms: number) => x.universe.openAt(ms).filter(({ combo }) => !combo)
      const open = (ms: number) => new Set(openAt(ms).map(({ ticker }) => ticker))

      let [born, gone] = [0, 0]
      for (const slot of [SLOT, SLOT + 1]) {
        const before = yield* x.now
        const seq = (yield* log.head).seq
        const outcome = yield* recorder.run({ feed, slot, interval: null })
        const after = yield* x.now
        assert.strictEqual(outcome.status, "complete")
        const rows = yield* Effect.provideService(readFrom(seq + 1), ObservationLog, log)
        const listed = rows.flatMap(({ body }) => {
          const { markets }: MarketsPage = JSON.parse(Buffer.from(body).toString())
          return markets.map(({ ticker }) => ticker)
        })
        const seen = new Set(listed)
        assert.strictEqual(seen.size, listed.length, "no market twice")
        assert.strictEqual(outcome.items, listed.length)
        const [atFirst, atLast] = [open(before), open(after)]
        const paused = new Set(
          openAt(before)
            .filter(
              ({ pausedFromUs, pausedUntilUs }) =>
                pausedFromUs < after * 1000 && pausedUntilUs > before * 1000
            )
            .map(({ ticker }) => ticker)
        )
        for (const ticker of atFirst) {
          if (atLast.has(ticker) && !paused.has(ticker))
            assert.isTrue(seen.has(ticker), `${ticker} was open all along`)
        }
        born += [...atLast].filter((ticker) => !atFirst.has(ticker)).length
        gone += [...atFirst].filter((ticker) => !atLast.has(ticker)).length
      }
      assert.isAbove(born, 3)
      assert.isAbove(gone, 3)
      assert.isAbove(yield* x.now, NOON)
    })
  )
})
