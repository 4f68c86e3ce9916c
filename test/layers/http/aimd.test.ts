/** The rate of requests after refusals and answers. */
import { assert, describe, it } from "@effect/vitest"
import { afterAnswer, afterRefusal, fullRate } from "../../../src/layers/http/aimd.ts"

describe("the rate", () => {
  it("starts at the whole budget, and is at least one request a second", () => {
    assert.strictEqual(fullRate(200).limit, 200)
    assert.strictEqual(fullRate(3).limit, 10)
  })

  it("halves on a 429, once for all requests sent within a second of it", () => {
    let rate = afterRefusal(fullRate(200), 0, 50)
    for (const sentAt of [0, 10, 49, 50, 700, 1049]) rate = afterRefusal(rate, sentAt, sentAt + 400)
    assert.strictEqual(rate.limit, 100)
    assert.strictEqual(afterRefusal(rate, 1050, 1060).limit, 50)
  })

  it("does not halve again on a late refusal of an early request", () => {
    const rate = afterRefusal(fullRate(200), 0, 50)
    assert.strictEqual(afterRefusal(rate, 40, 14_000).limit, 100)
  })

  it("never falls below one request a second", () => {
    let rate = fullRate(200)
    for (let second = 0; second < 60; second += 2) rate = afterRefusal(rate, second * 1000, second * 1000)
    assert.strictEqual(rate.limit, 10)
  })

  it("grows by one step with each second of answers, up to the whole budget", () => {
    let rate = afterRefusal(fullRate(200), 0, 0)
    const limits: Array<number> = []
    for (let at = 0; at <= 12_000; at += 100) {
      rate = afterAnswer(rate, at)
      if (at % 1000 === 0) limits.push(rate.limit)
    }
    assert.deepStrictEqual(limits, [100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 200, 200])
  })

  it("grows by only one step after an hour without requests, since no answer confirmed it", () => {
    const rate = afterRefusal(fullRate(200), 0, 0)
    assert.strictEqual(afterAnswer(rate, 3_600_000).limit, 110)
  })
})
