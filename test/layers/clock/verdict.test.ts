/** The time that is used, for any combination of the three clocks. */
import { assert, describe, it } from "@effect/vitest"
import { judge } from "../../../src/layers/clock/verdict.ts"
import { around } from "../../../src/layers/scheduler/missed-range.ts"

const NOON = Date.UTC(2026, 10, 22, 12)
const [MINUTE, DAY] = [60_000, 86_400_000]

describe("the choice between the machine's clock, the time that has passed and the exchange's time", () => {
  it.each([
    ["all agree", 0, 0, 0, "clock", 0],
    ["the machine slept", 8 * 60 * MINUTE, 0, 8 * 60 * MINUTE, "clock", 0],
    ["the clock was set a day ahead", DAY, 0, 0, "elapsed", DAY],
    ["the clock was set back by a week", -7 * DAY, 0, 1000, "elapsed", -7 * DAY],
    ["a clock that was wrong was set right", 0, DAY, 0, "clock", 0],
    ["the clock was wrong from the start", DAY, DAY, 0, "exchange", DAY],
    ["the clock was set from one wrong time to another", DAY, 3 * 60 * MINUTE, 0, "exchange", DAY],
    ["the exchange's date is of another age", 0, -DAY, 40 * DAY, "clock", 0],
    ["the exchange gives no date", DAY, 0, undefined, "clock", 0]
  ])("%s", (_, machine, elapsed, exchange, believed, ahead) => {
    const verdict = judge(
      { machine: NOON + machine, believed: NOON + elapsed },
      machine - elapsed,
      exchange === undefined ? undefined : NOON + exchange
    )
    assert.deepStrictEqual<unknown>([verdict.believed, verdict.ahead], [believed, ahead])
  })

  it("marks time as unproven only if the clock ran ahead and the exchange could not confirm it", () => {
    const at = (machine: number, exchange: number | undefined) =>
      judge({ machine: NOON + machine, believed: NOON }, machine, exchange).unproven
    assert.isTrue(at(DAY, undefined))
    assert.isTrue(at(DAY, 0))
    assert.isFalse(at(-DAY, undefined))
    assert.isFalse(at(DAY, NOON + DAY))
    assert.isFalse(at(DAY, NOON))
  })
})

describe("a gap between two slots", () => {
  const gap = { after: 100, before: 900 }
  it.each([
    ["no span", [], [gap]],
    [
      "a span within",
      [{ from: 300_500, to: 600_500 }],
      [
        { after: 100, before: 301 },
        { after: 600, before: 900 }
      ]
    ],
    ["a span over its end", [{ from: 300_000, to: 5_000_000 }], [{ after: 100, before: 300 }]],
    ["a span over all of it", [{ from: 0, to: 5_000_000 }], []],
    ["a span elsewhere", [{ from: 900_000, to: 5_000_000 }], [gap]]
  ])("is left out where there is %s", (_, spans, left) => {
    assert.deepStrictEqual(around(spans, gap), left)
  })
})
