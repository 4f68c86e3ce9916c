import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { batched } from "../../../src/domain/ask/batch.ts"
import type { Feed } from "../../../src/domain/ask/feed.ts"
import { trades } from "../../../src/domain/ask/feeds/trades.ts"
import { single } from "../../../src/domain/ask/request.ts"
import { slotSeconds } from "../../../src/domain/units/time.ts"
import { boundaryIn } from "../../../src/layers/recorder/tier-boundary.ts"
import { observe } from "../../domain/read/observe.ts"
import { cutoffBody } from "../../domain/read/wire/other-bodies.ts"
import { SLOT, scripted } from "./support.ts"

const DAY = 24 * 3600

/** A feed of candles of markets by name, from a time on. */
const candlesOf = (names: ReadonlyArray<string>, from: number): Feed => ({
  name: "candlesticks",
  about: "candles",
  everySeconds: DAY,
  requests: () => [
    batched(names, true, (some) =>
      single("/markets/candlesticks", "markets", { market_tickers: some.join(",") })
    )
  ],
  reach: () => ({ from, kinds: ["markets", "candlesticks"], period: 60 })
})

describe("the boundary between the tiers", () => {
  it("is decoded from the exchange's answer, or not at all", () => {
    assert.deepStrictEqual(
      Either.getOrNull(boundaryIn(observe(cutoffBody).body)),
      ((at) => ({ marketsSettled: at, tradesCreated: at }))(slotSeconds("2026-09-22T00:00:00Z"))
    )
    assert.isTrue(Either.isLeft(boundaryIn(observe({}).body)))
    assert.isTrue(Either.isLeft(boundaryIn(observe("<html>").body)))
  })
  it.scopedLive(
    "is recorded with a walk beyond it, whose reason names what is missing, and is none of its items",
    () =>
      Effect.gen(function* () {
        const { observations, recorder } = yield* scripted((_, path) => ({
          status: 200,
          body: JSON.stringify(
            path.startsWith("/historical/cutoff")
              ? cutoffBody
              : { trades: [{ trade_id: "one" }, { trade_id: "two" }], cursor: "" }
          )
        }))
        const from = slotSeconds("2026-09-20T00:00:00Z")
        const outcome = yield* recorder.run({ feed: trades, slot: SLOT, interval: 900, since: from })
        assert.deepInclude(outcome, { status: "complete", pages: 2, items: 2 })
        assert.match(
          outcome.reason ?? "",
          /^what is older than 2026-09-22T00:00:00Z only the historical tier has/
        )
        assert.deepStrictEqual(
          (yield* observations).map(({ request }) => request.split("?")[0]),
          ["/markets/trades", "/historical/cutoff"]
        )
        const recent = yield* recorder.run({
          feed: trades,
          slot: SLOT + 900,
          interval: 900,
          since: SLOT + 900 - DAY
        })
        assert.deepInclude(recent, { status: "complete", reason: null, pages: 1, items: 2 })
      })
  )

  it.scopedLive("explains why markets that were moved get no answer, and the run is complete", () =>
    Effect.gen(function* () {
      const { recorder } = yield* scripted((_, path) => ({
        status: 200,
        body: JSON.stringify(
          path.startsWith("/historical/cutoff") ? cutoffBody : { markets: [{ market_ticker: "KX-OPEN" }] }
        )
      }))
      const boundary = slotSeconds("2026-09-22T00:00:00Z")
      const taken = (from: number, slot: number) =>
        recorder.run({ feed: candlesOf(["KX-OPEN", "KX-GONE"], from), slot, interval: 900 })
      // A recorder that was off for longer than the live tier keeps a market: it must not ask for it for ever.
      const first = yield* taken(boundary - 1, SLOT)
      assert.deepInclude(first, { status: "complete", watermark: SLOT })
      assert.match(
        first.reason ?? "",
        /^1 of 2 names got no answer: KX-GONE; what is older than 2026-09-22T00:00:00Z only the historical tier has: kalshi backfill /
      )
      const unexplained = yield* taken(boundary, SLOT + 900)
      assert.deepInclude(unexplained, { status: "failed", watermark: null })
    })
  )
})
