/** A figure of lines in the terminal: bands, lines, points and columns, between a value axis and an axis below. */
import { type Line, type LineFigure, withHeldPoints } from "../../../domain/reports/figure.ts"
import { axisLabel, formatNumber, isTime, labelOf } from "../../../domain/reports/format.ts"
import { printableLine } from "../printable.ts"
import { cut, padStart } from "../text-width.ts"
import { type Canvas, DOTS_ACROSS, DOTS_DOWN, makeCanvas, signOf } from "./canvas.ts"
import type { Ink } from "./ink.ts"
import { type LegendEntry, legendLines } from "./legend.ts"
import { type Scale, scaleOf, ticksOf } from "./scale.ts"

/** The largest width of a plot, in columns. In a wider one, an hour of prices would look like a day. */
const PLOT_MAX = 120
const PLOT_MIN = 8
/** The room of a label below the plot, in columns. */
const LABEL_ROOM = { time: 16, number: 10 }
const EIGHTHS = " ▁▂▃▄▅▆▇█"

interface Plane {
  readonly canvas: Canvas
  readonly columns: number
  readonly rows: number
  readonly x: Scale
  readonly y: Scale
}

const dotX = ({ columns, x }: Plane, value: number): number =>
  Math.round(x.placeOf(value) * (columns * DOTS_ACROSS - 1))

const dotY = ({ rows, y }: Plane, value: number): number =>
  Math.round((1 - y.placeOf(value)) * (rows * DOTS_DOWN - 1))

const columnOf = (plane: Plane, value: number): number => Math.floor(dotX(plane, value) / DOTS_ACROSS)
const rowOf = (plane: Plane, value: number): number => Math.floor(dotY(plane, value) / DOTS_DOWN)

/** Joins two dots: each column of dots has one, and those beside each other have no gap between them. */
const join = (
  canvas: Canvas,
  from: readonly [number, number],
  to: readonly [number, number],
  series: number
): void => {
  const steps = Math.max(1, Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]))
  for (let step = 0; step <= steps; step++)
    canvas.dot(
      Math.round(from[0] + ((to[0] - from[0]) * step) / steps),
      Math.round(from[1] + ((to[1] - from[1]) * step) / steps),
      series
    )
}

/** Fills the cells between the ends of the band, from each point to the next that the line reaches. */
const drawBand = (plane: Plane, { points, shape }: Line, series: number): void => {
  for (const [at, { high, low, x, y }] of points.entries()) {
    if (high === undefined || low === undefined || y === null) continue
    const next = points[at + 1]
    const first = columnOf(plane, x)
    const last = shape === "points" || next === undefined || next.y === null ? first : columnOf(plane, next.x)
    for (let column = first; column <= last; column++) {
      const share = last === first ? 0 : (column - first) / (last - first)
      const isSlope = shape !== "step" && next?.low !== undefined && next.high !== undefined
      const top = isSlope ? high + ((next.high ?? high) - high) * share : high
      const bottom = isSlope ? low + ((next.low ?? low) - low) * share : low
      for (let row = rowOf(plane, top); row <= rowOf(plane, bottom); row++)
        plane.canvas.write(column, row, shape === "points" ? "│" : "░", series)
    }
  }
}

const drawColumns = (plane: Plane, { points }: Line, series: number): void => {
  const widths = points.map(
    ({ x }, at) => columnOf(plane, points[at + 1]?.x ?? plane.x.to) - columnOf(plane, x)
  )
  for (const [at, { x, y }] of points.entries()) {
    if (y === null) continue
    const first = columnOf(plane, x)
    const eighths = Math.round(plane.y.placeOf(y) * plane.rows * 8)
    const end = first + Math.max(1, (widths[at] ?? 1) - ((widths[at] ?? 1) > 2 ? 1 : 0))
    for (let column = first; column < end; column++)
      for (let row = 0; row < Math.ceil(eighths / 8); row++)
        plane.canvas.write(
          column,
          plane.rows - 1 - row,
          EIGHTHS[Math.min(8, eighths - 8 * row)] ?? "█",
          series
        )
  }
}

const drawLine = (plane: Plane, line: Line, series: number): void => {
  const { points, shape } = line
  for (const [at, { x, y }] of points.entries()) {
    if (y === null) continue
    const here = [dotX(plane, x), dotY(plane, y)] as const
    if (shape === "points") {
      plane.canvas.write(columnOf(plane, x), rowOf(plane, y), signOf(series), series)
      continue
    }
    const next = points[at + 1]
    if (next === undefined || next.y === null) {
      plane.canvas.dot(here[0], here[1], series)
      continue
    }
    const there = [dotX(plane, next.x), dotY(plane, next.y)] as const
    if (shape === "step") {
      join(plane.canvas, here, [there[0], here[1]], series)
      join(plane.canvas, [there[0], here[1]], there, series)
    } else join(plane.canvas, here, there, series)
  }
}

const drawReference = (plane: Plane, { reference }: LineFigure): void => {
  if (reference === undefined) return
  for (let column = 0; column < plane.columns; column += 2) {
    const value =
      reference === "diagonal"
        ? plane.x.from + ((plane.x.to - plane.x.from) * (column + 0.5)) / plane.columns
        : reference
    if (value >= plane.y.from && value <= plane.y.to) plane.canvas.write(column, rowOf(plane, value), "·", -1)
  }
}

const drawMarks = (plane: Plane, { marks = [] }: LineFigure): void => {
  for (const { x } of marks) {
    if (x < plane.x.from || x > plane.x.to) continue
    for (let row = 0; row < plane.rows; row++) plane.canvas.write(columnOf(plane, x), row, "┊", -1)
  }
}

/** Draws the axis below: a line with a mark for each tick, and a line with the labels below the marks. */
const axisLines = (figure: LineFigure, plane: Plane, edge: number): ReadonlyArray<string> => {
  const { columns, x } = plane
  const room = isTime(figure.x) && x.to - x.from > 86_400_000 ? LABEL_ROOM.time : LABEL_ROOM.number
  const line = Array.from({ length: columns }, () => "─")
  let labels = ""
  for (const { at, label } of ticksOf(figure.x, x, Math.max(1, Math.floor(columns / room)))) {
    const column = Math.min(columns - 1, columnOf(plane, at))
    // The first and the last label are moved so that they stay within the plot.
    const start = Math.min(Math.max(0, column - Math.floor(label.length / 2)), columns - label.length)
    if (start < 0 || (labels !== "" && start <= labels.length)) continue
    line[column] = "┬"
    labels = labels.padEnd(start) + label
  }
  return [`${" ".repeat(edge)}└${line.join("")}`, `${" ".repeat(edge + 1)}${labels}`]
}

/** The sign of a line in the legend, as it is drawn. */
const signIn = ({ shape }: Line, series: number, asSigns: boolean): string => {
  if (shape === "band") return "░"
  if (asSigns || shape === "points") return signOf(series)
  return shape === "columns" ? "█" : "──"
}

/** The entries of the legend. A single line without band and marks needs none. */
const legendOf = (figure: LineFigure, asSigns: boolean, ink: Ink): ReadonlyArray<LegendEntry> => {
  const lines = figure.lines.map((line, series) => {
    const sign = signIn(line, series, asSigns)
    return { sign: ink.series(series)(sign), signColumns: sign.length, text: printableLine(line.name) }
  })
  const band =
    figure.band === undefined
      ? []
      : [{ sign: ink.dim("░"), signColumns: 1, text: printableLine(figure.band) }]
  const marks = (figure.marks ?? []).map(({ label, x }) => ({
    sign: ink.dim("┊"),
    signColumns: 1,
    text: `${printableLine(label)} ${formatNumber(x, figure.x)}`
  }))
  return lines.length < 2 && band.length + marks.length === 0 ? [] : [...lines, ...band, ...marks]
}

const valuesOf = ({ lines, reference }: LineFigure): ReadonlyArray<number> => [
  ...lines.flatMap(({ points, shape }) => [
    ...points.flatMap(({ high, low, y }) => [y, low, high].filter((value) => typeof value === "number")),
    ...(shape === "columns" ? [0] : [])
  ]),
  ...(typeof reference === "number" ? [reference] : [])
]

/** Returns the ends of what stands on the axis below. The last column is as wide as the one before it. */
const placesOf = ({ lines, marks = [] }: LineFigure): ReadonlyArray<number> => [
  ...lines.flatMap(({ points, shape }) => {
    const places = points.map((point) => point.x)
    const [last, before] = [places.at(-1), places.at(-2)]
    return shape === "columns" && last !== undefined && before !== undefined
      ? [...places, last + (last - before)]
      : places
  }),
  ...marks.map((mark) => mark.x)
]

/** Draws the figure within a width. A figure without any value has no drawing. */
export const lineFigureLines = (
  given: LineFigure,
  { height, width }: { readonly width: number; readonly height: number },
  ink: Ink
): ReadonlyArray<string> => {
  const figure = withHeldPoints(given)
  const values = valuesOf(figure)
  if (values.length === 0) return []
  const x = scaleOf(figure.x, placesOf(figure))
  const y = scaleOf(figure.y, values)
  const ticks = ticksOf(figure.y, y, Math.max(2, Math.floor(height / 3)))
  const edge = Math.max(...ticks.map(({ label }) => label.length)) + 1
  const columns = Math.max(PLOT_MIN, Math.min(PLOT_MAX, width - edge - 2))
  const asSigns = !ink.hasColours && figure.lines.filter(({ shape }) => shape !== "band").length > 1
  const plane: Plane = { canvas: makeCanvas(columns, height, asSigns), columns, rows: height, x, y }
  drawReference(plane, figure)
  for (const [at, line] of figure.lines.entries()) drawBand(plane, line, at)
  drawMarks(plane, figure)
  for (const [at, line] of figure.lines.entries())
    if (line.shape !== "band") (line.shape === "columns" ? drawColumns : drawLine)(plane, line, at)
  const labelled = new Map(ticks.map(({ at, label }) => [Math.min(height - 1, rowOf(plane, at)), label]))
  const plot = plane.canvas.lines(ink).map((line, row) => {
    const label = labelled.get(row)
    return `${padStart(label ?? "", edge)}${label === undefined ? "│" : "┤"}${line}`
  })
  return [
    ...legendLines(legendOf(figure, asSigns, ink), width),
    cut(labelOf(figure.y), width),
    ...plot,
    ...axisLines(figure, plane, edge),
    padStart(cut(axisLabel(figure.x, x.from, x.to), width), Math.min(width, edge + 1 + columns))
  ]
}
