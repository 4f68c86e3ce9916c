import { assert, describe, it } from "@effect/vitest"
import { chart, type Point } from "../../../src/programs/terminal/chart.ts"

const NOON = Date.UTC(2026, 10, 22, 12)
const QUARTER = 900_000

const points = (n: number, every = QUARTER): ReadonlyArray<Point> =>
  Array.from({ length: n }, (_, i) => ({ at: NOON + i * every, value: 20 + ((i * 7) % 60) }))

const drawn = (of: ReadonlyArray<Point>, columns: number) => chart(of, { columns, height: 10 }).split("\n")

describe("a chart", () => {
  it("fits the width, whatever the number of points", () => {
    for (const columns of [40, 80, 100, 160]) {
      for (const n of [1, 2, 20, 137, 5000]) {
        for (const line of drawn(points(n), columns))
          assert.isAtMost(line.length, columns, `${n} on ${columns}`)
      }
      const widest = Math.max(...drawn(points(20), columns).map((line) => line.length))
      assert.isAbove(widest, Math.min(columns, 120) - 25, "and makes use of it")
    }
  })

  it("has the time below it, in round hours, each below its mark", () => {
    const lines = drawn(points(20), 80)
    const [axis = "", times = ""] = lines.slice(-2)
    assert.match(axis, /^ {6}└[─┬]+$/)
    assert.match(times, /^ +12:00 +13:00 +14:00 +15:00 +16:00 UTC$/)
    const marks = [...axis.matchAll(/┬/g)].map(({ index }) => index)
    assert.deepStrictEqual(
      [...times.matchAll(/1[3-6]:00/g)].map(({ index }) => index + 2),
      marks.slice(1)
    )
  })

  it("shows the days if there are several", () => {
    assert.match(drawn(points(137), 120).at(-1) ?? "", /11-22 12:00 .*11-23 12:00 .* UTC$/)
    assert.match(drawn(points(60, 86_400_000), 120).at(-1) ?? "", /12-\d\d 00:00/)
  })

  it("draws each price at its time, so that a gap of hours is as wide as its length", () => {
    const late = [
      { at: NOON, value: 10 },
      { at: NOON + QUARTER, value: 90 },
      { at: NOON + 40 * QUARTER, value: 10 }
    ]
    const [top = ""] = drawn(late, 100)
    assert.match(top, /^ {2}90\.0┤ *╭─{60,}╮?$/)
  })

  it("draws a single price, and one that never moves", () => {
    for (const of of [points(1), points(9).map(({ at }) => ({ at, value: 50 }))]) {
      const lines = drawn(of, 80)
      assert.match(lines[0] ?? "", /^ +[\d.]+┼─+$/)
      assert.match(lines.at(-1) ?? "", /12:00/)
    }
  })
})
