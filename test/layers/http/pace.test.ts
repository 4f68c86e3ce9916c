/** How fast, after what the exchange said. */
import { assert, describe, it } from "@effect/vitest"
import { answered, fullPace, refused } from "../../../src/layers/http/pace.ts"

describe("the pace", () => {
  it("is the whole budget at first, and one request a second at least", () => {
    assert.strictEqual(fullPace(200).limit, 200)
    assert.strictEqual(fullPace(3).limit, 10)
  })

  it("halves on a 429, once for all that were sent within a second of that", () => {
    let pace = refused(fullPace(200), 0, 50)
    for (const sentAt of [0, 10, 49, 50, 700, 1049]) pace = refused(pace, sentAt, sentAt + 400)
    assert.strictEqual(pace.limit, 100)
    assert.strictEqual(refused(pace, 1050, 1060).limit, 50)
  })

  it("does not take the late refusal of an early request for another one", () => {
    const pace = refused(fullPace(200), 0, 50)
    assert.strictEqual(refused(pace, 40, 14_000).limit, 100)
  })

  it("never falls below one request a second", () => {
    let pace = fullPace(200)
    for (let second = 0; second < 60; second += 2) pace = refused(pace, second * 1000, second * 1000)
    assert.strictEqual(pace.limit, 10)
  })

  it("grows by the same step with each second of answers, and stops at the whole budget", () => {
    let pace = refused(fullPace(200), 0, 0)
    const limits: Array<number> = []
    for (let at = 0; at <= 12_000; at += 100) {
      pace = answered(pace, at)
      if (at % 1000 === 0) limits.push(pace.limit)
    }
    assert.deepStrictEqual(limits, [100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 200, 200])
  })

  it("grows by one step after an hour without requests: nothing was learned in it", () => {
    const pace = refused(fullPace(200), 0, 0)
    assert.strictEqual(answered(pace, 3_600_000).limit, 110)
  })
})
