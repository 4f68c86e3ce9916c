/** How fast, after what the exchange said. */
import { assert, describe, it } from "@effect/vitest"
import { afterAnswer, afterRefusal, fullRate } from "../../../src/layers/http/aimd.ts"

describe("the rate", () => {
  it("is the whole budget at first, and one request a second at least", () => {
    assert.strictEqual(fullRate(200).limit, 200)
    assert.strictEqual(fullRate(3).limit, 10)
  })

  it("halves on a 429, once for all that were sent within a second of that", () => {
    let rate = afterRefusal(fullRate(200), 0, 50)
    for (const sentAt of [0, 10, 49, 50, 700, 1049]) rate = afterRefusal(rate, sentAt, sentAt + 400)
    assert.strictEqual(rate.limit, 100)
    assert.strictEqual(afterRefusal(rate, 1050, 1060).limit, 50)
  })

  it("does not take the late refusal of an early request for another one", () => {
    const rate = afterRefusal(fullRate(200), 0, 50)
    assert.strictEqual(afterRefusal(rate, 40, 14_000).limit, 100)
  })

  it("never falls below one request a second", () => {
    let rate = fullRate(200)
    for (let second = 0; second < 60; second += 2) rate = afterRefusal(rate, second * 1000, second * 1000)
    assert.strictEqual(rate.limit, 10)
  })

  it("grows by the same step with each second of answers, and stops at the whole budget", () => {
    let rate = afterRefusal(fullRate(200), 0, 0)
    const limits: Array<number> = []
    for (let at = 0; at <= 12_000; at += 100) {
      rate = afterAnswer(rate, at)
      if (at % 1000 === 0) limits.push(rate.limit)
    }
    assert.deepStrictEqual(limits, [100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 200, 200])
  })

  it("grows by one step after an hour without requests: nothing was learned in it", () => {
    const rate = afterRefusal(fullRate(200), 0, 0)
    assert.strictEqual(afterAnswer(rate, 3_600_000).limit, 110)
  })
})
