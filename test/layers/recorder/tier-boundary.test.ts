import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { slotSeconds } from "../../../src/domain/units/time.ts"
import { boundaryIn } from "../../../src/layers/recorder/tier-boundary.ts"
import { observe } from "../../domain/read/observe.ts"
import { cutoffBody } from "../../domain/read/wire/other-bodies.ts"

describe("the boundary between the tiers", () => {
  it("is decoded from the exchange's answer, or not at all", () => {
    assert.deepStrictEqual(
      Either.getOrNull(boundaryIn(observe(cutoffBody).body)),
      ((at) => ({ marketsSettled: at, tradesCreated: at }))(slotSeconds("2026-09-22T00:00:00Z"))
    )
    assert.isTrue(Either.isLeft(boundaryIn(observe({}).body)))
    assert.isTrue(Either.isLeft(boundaryIn(observe("<html>").body)))
  })
})
