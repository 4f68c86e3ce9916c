/** A line chart for the terminal, with the time below it. */
import asciichart from "asciichart"

export interface Point {
  /** Milliseconds since 1970, UTC. */
  readonly at: number
  readonly value: number
}

export interface ChartOptions {
  /** Of the screen; the chart takes no more. */
  readonly columns: number
  /** Of the plot, in lines. */
  readonly height: number
}

/** ` 100.0┤`: what stands before the plot. */
const LABEL = 6
const EDGE = LABEL + 1
/** More than this and a price of an hour looks like one of a day. */
const PLOT_MAX = 120
/** `11-22 12:00`, or `12:00`, and the room around it. */
const TICK_COLUMNS_MIN = { withDay: 16, ofOneDay: 10 }
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** From tick to tick, so that each stands at a time that people say. */
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

/** The value that was known in each column: the last one at or before it. */
const resampled = (points: ReadonlyArray<Point>, from: number, to: number, width: number): Array<number> => {
  let n = 0
  return Array.from({ length: width }, (_, column) => {
    const at = from + ((to - from) * column) / Math.max(1, width - 1)
    while (n + 1 < points.length && (points[n + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) n++
    return points[n]?.value ?? 0
  })
}

/** The round times between the two ends, no closer than their words are wide. */
const ticksOf = (from: number, to: number, width: number): ReadonlyArray<number> => {
  const room = to - from >= DAY ? TICK_COLUMNS_MIN.withDay : TICK_COLUMNS_MIN.ofOneDay
  const most = Math.max(1, Math.floor(width / room))
  const step = STEPS.find((one) => (to - from) / one <= most) ?? (to - from) / most
  const first = Math.ceil(from / step) * step
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step)) + 1 }, (_, n) => first + n * step)
}

/** A line with a mark for each tick, and one with their times below the marks. */
const axis = (from: number, to: number, width: number): ReadonlyArray<string> => {
  const withDay = to - from >= DAY
  const marks = Array.from({ length: width }, () => "─")
  let times = ""
  for (const tick of to > from ? ticksOf(from, to, width) : [from]) {
    const column = to > from ? Math.round(((width - 1) * (tick - from)) / (to - from)) : 0
    const time = clockOf(tick, withDay)
    // The first and the last one stay within the plot.
    const start = Math.min(Math.max(0, column - Math.floor(time.length / 2)), width - time.length)
    if (column >= width || (times !== "" && start <= times.length)) continue
    marks[column] = "┬"
    times = times.padEnd(start) + time
  }
  return [`${" ".repeat(EDGE - 1)}└${marks.join("")}`, `${" ".repeat(EDGE)}${times} UTC`]
}

/** `points` from left to right in order of time; at least one. */
export const chart = (points: ReadonlyArray<Point>, { columns, height }: ChartOptions): string => {
  const from = points[0]?.at ?? 0
  const to = points.at(-1)?.at ?? from
  // The zone stands behind the last time.
  const width = Math.max(8, Math.min(PLOT_MAX, columns - EDGE - " UTC".length))
  const plot = asciichart.plot(resampled(points, from, to, width + 1), {
    height,
    offset: 2,
    format: (value) => value.toFixed(1).padStart(LABEL)
  })
  return [...plot.split("\n").map((line) => line.trimEnd()), ...axis(from, to, width)].join("\n")
}
