/** Bars, and points with whiskers, in the terminal. */
import { type BarFigure, hasIntervals } from "../../../domain/reports/figure.ts"
import { formatCell, labelOf } from "../../../domain/reports/format.ts"
import { printableLine } from "../printable.ts"
import { cutMiddle, padEnd, padStart, widthOf } from "../text-width.ts"
import type { Ink } from "./ink.ts"
import { type Scale, scaleOf, ticksOf } from "./scale.ts"

/** The largest width of the bars, in columns. */
const BAR_MAX = 60
/** The largest width of a name of a row, in columns and as a part of the screen. */
export const NAME_MAX = 28
const NAME_SHARE = 0.35
/** The room of a label below the bars, in columns. */
const LABEL_ROOM = 10
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

type Bar = BarFigure["bars"][number]

const within = (place: number): number => Math.min(1, Math.max(0, place))

/** The column of a value. */
const columnOf = (scale: Scale, value: number, columns: number): number =>
  Math.round(within(scale.placeOf(value)) * (columns - 1))

/** A bar from zero, to the right for values above it and to the left for those below. */
const barOf = ({ value }: Bar, scale: Scale, columns: number): string => {
  if (value === null) return ""
  const [place, zero] = [within(scale.placeOf(value)), within(scale.placeOf(0))]
  const eighths = Math.round(Math.abs(place - zero) * columns * 8)
  const start = Math.round(zero * columns)
  if (place >= zero)
    return " ".repeat(start) + "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "")
  const length = Math.max(1, Math.round(eighths / 8))
  return " ".repeat(Math.max(0, start - length)) + "█".repeat(length)
}

/** A point between the ends of its interval, over a line at zero. */
const whiskerOf = ({ high, low, value }: Bar, scale: Scale, columns: number): string => {
  const cells = Array.from({ length: columns }, () => " ")
  const at = (one: number) => columnOf(scale, one, columns)
  cells[at(0)] = "┊"
  if (low !== undefined && high !== undefined) {
    cells.fill("─", at(low), at(high) + 1)
    cells[at(low)] = "├"
    cells[at(high)] = "┤"
  }
  if (value !== null) cells[at(value)] = "●"
  return cells.join("")
}

/** The axis below the bars: a label below each of its marks. */
const axisLines = ({ value }: BarFigure, scale: Scale, columns: number): ReadonlyArray<string> => {
  const line = Array.from({ length: columns }, () => "─")
  let labels = ""
  for (const tick of ticksOf(value, scale, Math.max(2, Math.floor(columns / LABEL_ROOM)))) {
    const column = columnOf(scale, tick.at, columns)
    const start = Math.min(
      Math.max(0, column - Math.floor(tick.label.length / 2)),
      columns - tick.label.length
    )
    if (start < 0 || (labels !== "" && start <= labels.length)) continue
    line[column] = "┴"
    labels = labels.padEnd(start) + tick.label
  }
  return [line.join(""), labels, padStart(labelOf(value), columns)]
}

/** The bars of each category beside each other, in the order of the categories. */
const byCategory = (bars: ReadonlyArray<Bar>): ReadonlyArray<Bar> =>
  [...new Set(bars.map(({ category }) => category))].flatMap((category) =>
    bars.filter((bar) => bar.category === category)
  )

export const barFigureLines = (figure: BarFigure, width: number, ink: Ink): ReadonlyArray<string> => {
  const groups = [...new Set(figure.bars.map(({ group }) => group))]
  const bars = byCategory(figure.bars)
  const rows = bars.map((bar, at) => ({
    bar,
    name: [
      bars[at - 1]?.category === bar.category ? "" : printableLine(formatCell(bar.category, figure.category)),
      ...(bar.group === undefined || groups.length < 2 ? [] : [printableLine(bar.group)])
    ],
    text: formatCell(bar.value, figure.value),
    series: groups.indexOf(bar.group)
  }))
  const nameColumns = [0, 1].map((at) =>
    Math.min(
      Math.max(NAME_MAX, Math.floor(NAME_SHARE * width)),
      Math.max(0, ...rows.map(({ name }) => widthOf(name[at] ?? "")))
    )
  )
  const textColumns = Math.max(...rows.map(({ text }) => widthOf(text)), 1)
  const before = nameColumns.reduce((sum, one) => sum + (one === 0 ? 0 : one + 2), 0) + textColumns + 2
  const columns = Math.max(4, Math.min(BAR_MAX, width - before))
  const withWhiskers = hasIntervals(figure)
  const ends = bars.flatMap(({ high, low, value }) =>
    [value, low, high].filter((one) => typeof one === "number")
  )
  const scale = scaleOf(figure.value, [0, ...ends])
  const drawn = rows.map(({ bar, name, series, text }) => {
    const names = nameColumns.flatMap((one, at) =>
      one === 0 ? [] : [padEnd(cutMiddle(name[at] ?? "", one), one), "  "]
    )
    const mark = (withWhiskers ? whiskerOf : barOf)(bar, scale, columns)
    return `${names.join("")}${padStart(text, textColumns)}  ${ink.series(series)(mark.trimEnd())}`.trimEnd()
  })
  // The number beside a bar is its length; an interval has an axis instead.
  return withWhiskers
    ? [...drawn, ...axisLines(figure, scale, columns).map((line) => `${" ".repeat(before)}${line}`.trimEnd())]
    : drawn
}
