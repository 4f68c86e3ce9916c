/** Draws a line chart for the terminal, with a time axis below it. */
import asciichart from "asciichart"

export interface Point {
  /** The time of the point, in milliseconds since 1970 UTC. */
  readonly at: number
  readonly value: number
}

interface ChartOptions {
  /** The width of the screen, in columns. The chart is not wider. */
  readonly columns: number
  /** The height of the plot, in lines. */
  readonly height: number
}

/** The width of a label before the plot, such as ` 100.0`; the axis `┤` follows it. */
const LABEL = 6
const EDGE = LABEL + 1
/** The largest width of the plot. In a wider one, an hour of prices would look like a day. */
const PLOT_MAX = 120
/** The columns that a time label needs, with the space around it: `11-22 12:00` or `12:00`. */
const TICK_COLUMNS_MIN = { withDay: 16, ofOneDay: 10 }
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** The distances between ticks, in milliseconds. With these, ticks are at round times. */
const STEPS = [
  ...[1, 5, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28].map((days) => days * DAY)
]

const clockOf = (at: number, withDay: boolean): string =>
  new Date(at)
    .toISOString()
    .slice(withDay ? 5 : 11, 16)
    .replace("T", " ")

/** Samples the points at each column: the value is that of the last point at or before it. */
const resampled = (points: ReadonlyArray<Point>, from: number, to: number, width: number): Array<number> => {
  let n = 0
  return Array.from({ length: width }, (_, column) => {
    const at = from + ((to - from) * column) / Math.max(1, width - 1)
    while (n + 1 < points.length && (points[n + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) n++
    return points[n]?.value ?? 0
  })
}

/** Returns the round times between the two ends at which ticks are drawn. Their labels do not overlap. */
const ticksOf = (from: number, to: number, width: number): ReadonlyArray<number> => {
  const room = to - from >= DAY ? TICK_COLUMNS_MIN.withDay : TICK_COLUMNS_MIN.ofOneDay
  const most = Math.max(1, Math.floor(width / room))
  const step = STEPS.find((one) => (to - from) / one <= most) ?? (to - from) / most
  const first = Math.ceil(from / step) * step
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step)) + 1 }, (_, n) => first + n * step)
}

/** Draws the axis: a line with a mark for each tick, and a line with the times below the marks. */
const axis = (from: number, to: number, width: number): ReadonlyArray<string> => {
  const withDay = to - from >= DAY
  const marks = Array.from({ length: width }, () => "─")
  let times = ""
  for (const tick of to > from ? ticksOf(from, to, width) : [from]) {
    const column = to > from ? Math.round(((width - 1) * (tick - from)) / (to - from)) : 0
    const time = clockOf(tick, withDay)
    // The first and the last label are moved so that they stay within the plot.
    const start = Math.min(Math.max(0, column - Math.floor(time.length / 2)), width - time.length)
    if (column >= width || (times !== "" && start <= times.length)) continue
    marks[column] = "┬"
    times = times.padEnd(start) + time
  }
  return [`${" ".repeat(EDGE - 1)}└${marks.join("")}`, `${" ".repeat(EDGE)}${times} UTC`]
}

/** Draws the chart. `points` must be in order of time, and there must be at least one. */
export const chart = (points: ReadonlyArray<Point>, { columns, height }: ChartOptions): string => {
  const from = points[0]?.at ?? 0
  const to = points.at(-1)?.at ?? from
  // The text " UTC" follows the last time label.
  const width = Math.max(8, Math.min(PLOT_MAX, columns - EDGE - " UTC".length))
  const plot = asciichart.plot(resampled(points, from, to, width + 1), {
    height,
    offset: 2,
    format: (value) => value.toFixed(1).padStart(LABEL)
  })
  return [...plot.split("\n").map((line) => line.trimEnd()), ...axis(from, to, width)].join("\n")
}
