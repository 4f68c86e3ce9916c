/** A report in the terminal: fitted to the screen, with and without colours. */
import { assert, describe, it } from "@effect/vitest"
import stringWidth from "string-width"
import type { LineFigure } from "../../../src/domain/reports/figure.ts"
import { inkOf } from "../../../src/programs/terminal/report/ink.ts"
import { lineFigureLines } from "../../../src/programs/terminal/report/lines.ts"
import { reportLines } from "../../../src/programs/terminal/report/report.ts"
import { COMMAND, HOSTILE, report } from "../report/fixture.ts"

const PLAIN = inkOf(false)
const NOON = Date.UTC(2026, 10, 22, 12)
const HOUR = 3_600_000

const shown = (width: number | undefined, hasColours = false) =>
  reportLines(report, COMMAND, { width, hasColours })

describe("a report in the terminal", () => {
  it("fits the screen, with and without colours", () => {
    for (const width of [50, 80, 120, 160])
      for (const hasColours of [false, true])
        for (const line of shown(width, hasColours).slice(0, -1))
          assert.isAtMost(stringWidth(line), width, line)
  })

  it("says the same with colours as without", () => {
    const [plain, coloured] = [shown(100).join("\n"), shown(100, true).join("\n")]
    assert.notInclude(plain, "\u001b")
    assert.include(coloured, "\u001b[36m")
    for (const text of [
      "Prices rose from 20.0¢ to 80.0¢.",
      "1,000 of 1,200 markets",
      "not settled",
      "−31.0 %"
    ]) {
      assert.include(plain, text)
      assert.include(coloured, text)
    }
  })

  it("shows titles of others without their control characters", () => {
    assert.include(HOSTILE, "\u001b[31m")
    for (const line of shown(100, true)) {
      assert.notInclude(line, "\u001b[31m &")
      assert.notInclude(line, "\u202e")
    }
    assert.include(shown(100).join("\n"), "\\x1b[31m")
  })

  it("cuts nothing in a pipe", () => {
    assert.isTrue(shown(undefined).some((line) => line.includes("\\u202e  ") && line.includes("1,234,567")))
  })

  it("shows an unknown value as a dash, apart from zero and from what has no data", () => {
    const lines = shown(80)
    assert.isTrue(lines.some((line) => /^Climate and Weather +makers +–$/.test(line)))
    assert.isTrue(lines.some((line) => /^trades +–$/.test(line)))
    assert.isTrue(lines.some((line) => /– {2}no {5}– +0\.0 % +0$/.test(line)))
  })
})

const figure = (over: Partial<LineFigure>): LineFigure => ({
  kind: "lines",
  title: "Price",
  caption: "",
  x: { label: "time", unit: "time" },
  y: { label: "price", unit: "cents", domain: [0, 100] },
  lines: [],
  ...over
})

const drawn = (over: Partial<LineFigure>, width = 80) =>
  lineFigureLines(figure(over), { width, height: 10 }, PLAIN)

const hourly = (values: ReadonlyArray<number | null>, every = HOUR) =>
  values.map((y, at) => ({ x: NOON + at * every, y }))

describe("a figure of lines", () => {
  it("fits the width, whatever the number of points", () => {
    for (const width of [40, 80, 160])
      for (const n of [1, 2, 20, 5000]) {
        const lines = [
          {
            name: "a",
            points: hourly(
              Array.from({ length: n }, (_, at) => (at * 7) % 100),
              60_000
            )
          }
        ]
        const widest = Math.max(...drawn({ lines }, width).map((line) => stringWidth(line)))
        assert.isAtMost(widest, width, `${n} on ${width}`)
        assert.isAbove(widest, Math.min(width, 120) - 8, "and makes use of it")
      }
  })

  it("has the time below it, in round hours, each below its mark", () => {
    const [axis = "", times = ""] = drawn({
      lines: [{ name: "a", points: hourly([1, 2, 3, 4, 5, 6]) }]
    }).slice(-2)
    assert.match(times, /^ +12:00 +13:00 +14:00 +15:00 +16:00 +17:00$/)
    const marks = [...axis.matchAll(/┬/g)].map(({ index }) => index)
    assert.deepStrictEqual(
      [...times.matchAll(/1[3-6]:00/g)].map(({ index }) => index + 2),
      marks.slice(1, -1)
    )
  })

  it("is interrupted where a value is unknown, and as wide there as the time is long", () => {
    const lines = drawn({ lines: [{ name: "a", points: hourly([50, 50, null, null, 50, 50]) }] })
    const rows = lines.filter((line) => /[⠀-⣿]/.test(line))
    assert.lengthOf(rows, 1, "no line leads to or from the unknown value")
    const [row = ""] = rows
    assert.match(row, /[⠀-⣿]{12,18} {40,50}[⠀-⣿]{12,18}$/)
  })

  it("keeps a value until the next one in steps, and joins straight lines", () => {
    const points = hourly([0, 100])
    const columnsWith = (shape: "step" | "straight") =>
      drawn({ lines: [{ name: "a", points, shape }] })
        .slice(1, -2)
        .map((line) => line.replace(/[^⠀-⣿]/g, "").length)
    assert.isAbove(columnsWith("step").at(-1) ?? 0, 60)
    assert.isTrue(
      columnsWith("step")
        .slice(0, -1)
        .every((columns) => columns === 1)
    )
    assert.isTrue(columnsWith("straight").every((columns) => columns >= 7 && columns <= 10))
  })

  it("fills the band between its ends, and no more", () => {
    const points = [20, 20].map((y, at) => ({ x: NOON + at * HOUR, y, low: 5, high: 55 }))
    const plot = drawn({ lines: [{ name: "a", points }] }).slice(1, -2)
    assert.deepStrictEqual(
      plot.map((line) => /[░⠀-⣿]/.test(line)),
      [false, false, false, false, true, true, true, true, true, true]
    )
  })

  it("draws columns as high as their values, in eighths of a line", () => {
    const plot = drawn({ lines: [{ name: "a", points: hourly([100, 0, 45]), shape: "columns" }] }).slice(
      1,
      -2
    )
    const heights = [10, 35, 60].map((column) =>
      plot.reduce((sum, line) => sum + " ▁▂▃▄▅▆▇█".indexOf(line[column] ?? " "), 0)
    )
    assert.deepStrictEqual(heights, [80, 0, 36])
  })

  it("has no drawing without values", () => {
    assert.deepStrictEqual(drawn({ lines: [{ name: "a", points: hourly([null]) }] }), [])
  })
})
