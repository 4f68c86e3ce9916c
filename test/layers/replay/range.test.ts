/** Ranges follow each other without gaps, and are of about the same weight. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { cut } from "../../../src/layers/replay/range.ts"

const log = fc
  .record({
    sizes: fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 200 }),
    step: fc.integer({ min: 1, max: 5 }),
    count: fc.integer({ min: 1, max: 9 })
  })
  .map(({ count, sizes, step }) => ({
    count,
    weights: sizes.map((bytes, index) => ({ bytes, seq: 1 + index * step })),
    whole: { from: 1, to: sizes.length * step }
  }))

describe("cut", () => {
  it.prop(
    "gives ranges that follow each other from the first seq to the last",
    [log],
    ([{ count, weights, whole }]) => {
      const ranges = cut(whole, weights, count)
      assert.isAtMost(ranges.length, count)
      assert.strictEqual(ranges[0].from, whole.from)
      assert.strictEqual(ranges.at(-1)?.to, whole.to)
      for (const [index, { from, to }] of ranges.entries()) {
        if (index > 0) assert.strictEqual(from, (ranges[index - 1]?.to ?? 0) + 1)
        if (weights.length > 0) assert.isAtLeast(to, from)
      }
    }
  )

  it("weighs by stored bytes, not by the number of observations", () => {
    const weights = [10, 10, 10, 30, 30, 30].map((bytes, index) => ({ bytes, seq: index + 1 }))
    assert.deepStrictEqual(cut({ from: 1, to: 6 }, weights, 2), [
      { from: 1, to: 4 },
      { from: 5, to: 6 }
    ])
    assert.deepStrictEqual(cut({ from: 1, to: 6 }, weights, 1), [{ from: 1, to: 6 }])
  })

  it("gives one empty range for an empty log", () => {
    assert.deepStrictEqual(cut({ from: 1, to: 0 }, [], 4), [{ from: 1, to: 0 }])
  })
})
