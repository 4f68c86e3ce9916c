import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import { trades } from "../../../src/domain/ask/feeds/trades.ts"
import { slotSeconds } from "../../../src/domain/units/time.ts"
import { boundaryIn } from "../../../src/layers/recorder/tier-boundary.ts"
import { observe } from "../../domain/read/observe.ts"
import { cutoffBody } from "../../domain/read/wire/other-bodies.ts"
import { SLOT, scripted } from "./support.ts"

const DAY = 24 * 3600

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
})
