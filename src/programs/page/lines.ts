/** Lines with bands, points and columns, as a specification of Vega-Lite. */
import type { Line, LineFigure } from "../../domain/reports/figure.ts"
import { printableLine } from "../terminal/printable.ts"
import { channelOf } from "./axis.ts"
import { colour, SERIES } from "./colours.ts"
import type { Layer, Plot } from "./plot.ts"

/** The data of a mark that stands at a given place: one row. */
const ONE = { data: { values: [{}] } }

/** The number of points up to which each point of a line is marked. */
const MARKED_MAX = 40

type Row = Readonly<Record<string, string | number | null>>

/** A column ends where the next begins; the last one is as wide as the one before it. */
const rowsOf = ({ name, points, shape }: Line): ReadonlyArray<Row> => {
  const line = printableLine(name)
  const before = points.length < 2 ? 1 : (points.at(-1)?.x ?? 0) - (points.at(-2)?.x ?? 0)
  return points.map(({ high, low, x, y }, at) => ({
    line,
    x,
    y,
    // A band is interrupted where the line is.
    ...(low === undefined || high === undefined
      ? y === null
        ? { low: null, high: null }
        : {}
      : { low, high }),
    ...(shape === "columns" ? { end: points[at + 1]?.x ?? x + before } : {})
  }))
}

const hasBand = ({ points }: Line): boolean =>
  points.some(({ high, low }) => low !== undefined && high !== undefined)

const layersOf = (line: Line, x: object, y: object, color: object): ReadonlyArray<Layer> => {
  const values = rowsOf(line)
  const data = { values: [...values] }
  const band = { ...y, field: "low" }
  const interpolate = line.shape === "step" ? "step-after" : "linear"
  switch (line.shape) {
    case "columns":
      return [
        {
          data,
          mark: { type: "bar", binSpacing: 1 },
          encoding: {
            x: { ...x, field: "x" },
            x2: { field: "end" },
            y: { ...y, field: "y" },
            y2: { datum: 0 },
            color
          }
        }
      ]
    case "points":
      return [
        ...(hasBand(line)
          ? [
              {
                data,
                mark: { type: "rule" },
                encoding: { x: { ...x, field: "x" }, y: band, y2: { field: "high" }, color }
              } as const
            ]
          : []),
        {
          data,
          mark: { type: "point", filled: true, size: values.length > MARKED_MAX ? 12 : 36, opacity: 0.75 },
          encoding: { x: { ...x, field: "x" }, y: { ...y, field: "y" }, color }
        }
      ]
    default:
      return [
        ...(hasBand(line)
          ? [
              {
                data,
                mark: { type: "area", interpolate, opacity: 0.2 },
                encoding: { x: { ...x, field: "x" }, y: band, y2: { field: "high" }, color }
              } as const
            ]
          : []),
        {
          data,
          mark: {
            type: "line",
            interpolate,
            strokeWidth: 1.6,
            ...(values.length > MARKED_MAX || interpolate === "step-after" ? {} : { point: { size: 22 } })
          },
          encoding: { x: { ...x, field: "x" }, y: { ...y, field: "y" }, color }
        }
      ]
  }
}

const extentOf = (figure: LineFigure): readonly [number, number] => {
  const values = figure.lines.flatMap(({ points }) =>
    points.flatMap(({ x, y }) => (y === null ? [x] : [x, y]))
  )
  return [
    Math.max(figure.x.domain?.[0] ?? Math.min(...values), figure.y.domain?.[0] ?? Number.NEGATIVE_INFINITY),
    Math.min(figure.x.domain?.[1] ?? Math.max(...values), figure.y.domain?.[1] ?? Number.POSITIVE_INFINITY)
  ]
}

const referenceOf = (figure: LineFigure, x: object, y: object): ReadonlyArray<Layer> => {
  const dashed = { color: colour("muted"), strokeDash: [4, 3], strokeWidth: 1 }
  const { reference } = figure
  if (reference === undefined) return []
  if (reference !== "diagonal")
    return [{ ...ONE, mark: { type: "rule", ...dashed }, encoding: { y: { ...y, datum: reference } } }]
  const [low, high] = extentOf(figure)
  return [
    {
      data: { values: [low, high].map((value) => ({ x: value, y: value })) },
      mark: { type: "line", ...dashed },
      encoding: { x: { ...x, field: "x" }, y: { ...y, field: "y" } }
    }
  ]
}

/** Labels of marks that are close to each other stand on different lines. */
const LABEL_LINES = 3
const LABEL_LINE_PIXELS = 12

const marksOf = ({ marks = [] }: LineFigure, x: object): ReadonlyArray<Layer> =>
  marks.flatMap(({ label, x: datum }, at) => [
    {
      ...ONE,
      mark: { type: "rule", color: colour("muted"), strokeDash: [2, 2] },
      encoding: { x: { ...x, datum } }
    } as const,
    {
      ...ONE,
      mark: {
        type: "text",
        align: "right",
        baseline: "top",
        dx: -4,
        dy: 2 + (at % LABEL_LINES) * LABEL_LINE_PIXELS,
        color: colour("muted")
      },
      encoding: { x: { ...x, datum }, y: { value: 0 }, text: { value: printableLine(label) } }
    } as const
  ])

export const linePlot = (figure: LineFigure): Plot => {
  const [x, y] = [channelOf(figure.x), channelOf(figure.y)]
  const names = figure.lines.map(({ name }) => printableLine(name))
  const color = (name: string) => ({
    datum: printableLine(name),
    type: "nominal" as const,
    scale: { domain: names, range: names.map((_, at) => SERIES[at % SERIES.length] ?? colour("ink")) },
    legend: names.length > 1 ? { title: null, orient: "top" as const } : null
  })
  return {
    isSquare: figure.reference === "diagonal",
    layer: [
      ...referenceOf(figure, x, y),
      ...figure.lines.flatMap((line) => layersOf(line, x, y, color(line.name))),
      ...marksOf(figure, x)
    ]
  }
}
