/** A report in the terminal: fitted to the screen, with and without colours. */
import { assert, describe, it } from "@effect/vitest"
import stringWidth from "string-width"
import type { BarFigure, HeatFigure, LineFigure } from "../../../src/domain/reports/figure.ts"
import { barFigureLines } from "../../../src/programs/terminal/report/bars.ts"
import { heatFigureLines } from "../../../src/programs/terminal/report/heat.ts"
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
    // The hash and the command are one word or are copied, so they are never broken.
    for (const width of [50, 80, 120, 160])
      for (const hasColours of [false, true])
        for (const line of shown(width, hasColours).filter((one) => !/[0-9a-f]{64}|^kalshi/.test(one)))
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
    assert.isTrue(lines.some((line) => /^Climate and Weather +makers +– +┊$/.test(line)))
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
    const [axis = "", times = "", label = ""] = drawn({
      lines: [{ name: "a", points: hourly([1, 2, 3, 4, 5, 6]) }]
    }).slice(-3)
    assert.match(label, /^ +time, 2026-11-22$/)
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
        .slice(1, -3)
        .map((line) => line.replace(/[^⠀-⣿]/g, "").length)
    // The last value is held for as long as the one before it.
    const [top, ...others] = columnsWith("step")
    assert.closeTo(top ?? 0, 38, 1)
    assert.closeTo(others.at(-1) ?? 0, 38, 1)
    assert.isTrue(others.slice(0, -1).every((columns) => columns === 1))
    assert.isTrue(columnsWith("straight").every((columns) => columns >= 7 && columns <= 10))
  })

  it("fills the band between its ends, and no more", () => {
    const points = [20, 20].map((y, at) => ({ x: NOON + at * HOUR, y, low: 5, high: 55 }))
    const plot = drawn({ lines: [{ name: "a", points }] }).slice(1, -3)
    assert.deepStrictEqual(
      plot.map((line) => /[░⠀-⣿]/.test(line)),
      [false, false, false, false, true, true, true, true, true, true]
    )
  })

  it("draws columns as high as their values, in eighths of a line", () => {
    const plot = drawn({ lines: [{ name: "a", points: hourly([100, 0, 45]), shape: "columns" }] }).slice(
      1,
      -3
    )
    const heights = [10, 35, 60].map((column) =>
      plot.reduce((sum, line) => sum + " ▁▂▃▄▅▆▇█".indexOf(line[column] ?? " "), 0)
    )
    assert.deepStrictEqual(heights, [80, 0, 36])
  })

  it("keeps the last value before an interruption until the time at which the next was due", () => {
    const lines = drawn({ lines: [{ name: "a", points: hourly([50, null, 50]), shape: "step" }] })
    const [row = ""] = lines.filter((line) => /[⠀-⣿]/.test(line))
    assert.match(row, /[⠀-⣿]{22,27} {20,27}[⠀-⣿]{22,27}$/)
  })

  it("has an axis of the least length around a price that rests", () => {
    const ticks = drawn({
      y: { label: "price", unit: "cents", lengthMin: 10 },
      lines: [{ name: "a", points: hourly([2, 2]) }]
    }).flatMap((line) => /^ *(\d+)┤/.exec(line)?.[1] ?? [])
    assert.deepStrictEqual(ticks, ["10", "5", "0"])
  })

  it("has no drawing without values", () => {
    assert.deepStrictEqual(drawn({ lines: [{ name: "a", points: hourly([null]) }] }), [])
  })
})

describe("bars", () => {
  const bars: BarFigure = {
    kind: "bars",
    title: "Excess",
    caption: "",
    category: { label: "price", unit: "text" },
    value: { label: "excess", unit: "cents" },
    bars: [
      { category: "low", group: "takers", value: -5, low: -10, high: 0 },
      { category: "high", group: "takers", value: 10, low: 5, high: 20 },
      { category: "low", group: "makers", value: 5, low: 0, high: 10 },
      { category: "high", group: "makers", value: null }
    ]
  }

  it("are points with whiskers over an axis if they have intervals, the groups of a category together", () => {
    const lines = barFigureLines(bars, 80, PLAIN)
    assert.deepStrictEqual(
      lines.slice(0, 4).map((line) => line.replace(/ {2,}/g, "  ").replace(/─+/g, "─")),
      ["low  takers  −5.0  ├─●─┤", "  makers  5.0  ├─●─┤", "high  takers  10.0  ┊  ├─●─┤", "  makers  –  ┊"]
    )
    const column = (line: string | undefined, sign: string) => line?.indexOf(sign)
    assert.strictEqual(column(lines[0], "┤"), column(lines[1], "├"), "both end at zero")
    assert.strictEqual(column(lines[1], "┤"), column(lines[2], "●"), "both are 10")
    const zero = column(lines[2], "┊") ?? 0
    assert.strictEqual(lines[4]?.[zero], "┴")
    assert.match(lines[5] ?? "", /−10 +−5 +0 +5 +10 +15 +20$/)
    assert.match(lines[6] ?? "", /excess \(¢\)$/)
  })

  it("are shown with the middle of a long name cut, so that tickers of one series differ", () => {
    const named = ["KXSERIES-26NOV22PLAYERONE-10", "KXSERIES-26NOV22PLAYERTWO-20"]
    const lines = barFigureLines(
      { ...bars, bars: named.map((name) => ({ category: `KXLONGERNAMEOFA${name}`, value: 1 })) },
      60,
      PLAIN
    )
    assert.match(lines[0] ?? "", /^KXLONGERNAMEOF….*ONE-10 /)
    assert.match(lines[1] ?? "", /^KXLONGERNAMEOF….*TWO-20 /)
  })
})

describe("a heat map", () => {
  it("tells what is whole from what is nearly whole, also without colours", () => {
    const heat: HeatFigure = {
      kind: "heat",
      title: "Coverage",
      caption: "",
      row: { label: "feed", unit: "text" },
      column: { label: "day", unit: "day" },
      value: { label: "complete", unit: "share" },
      classes: [0.5, 0.9, 0.99, 1],
      cells: [1, 0.999, 0.95, 0.5, 0.2].map((value, day) => ({
        row: "markets",
        column: `2026-11-2${day}`,
        value
      }))
    }
    const lines = heatFigureLines(heat, 120, PLAIN)
    assert.strictEqual(
      lines[0],
      "complete:   !! below 50 %   ░░ 50–90 %   ▒▒ 90–99 %   ▓▓ 99–100 %   ██ 100 %"
    )
    assert.strictEqual(lines[1], "markets  ██████▓▓▓▓▓▓▒▒▒▒▒▒░░░░░░!!!!!!")
    const coloured = heatFigureLines(heat, 120, inkOf(true))[1] ?? ""
    assert.lengthOf(new Set(coloured.match(/38;5;\d+/g)), 5)
  })
})
