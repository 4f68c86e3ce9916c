/** Lines with bands, points and columns, as a specification of Vega-Lite. */
import { axisEnds, type Line, type LineFigure, withHeldPoints } from "../../domain/reports/figure.ts"
import { printableLine } from "../terminal/printable.ts"
import { channelOf } from "./axis.ts"
import { colour, SERIES } from "./colours.ts"
import type { Layer, Plot } from "./plot.ts"

/** The data of a mark that stands at a given place: one row. */
const ONE = { data: { values: [{}] } }

/** The number of points up to which each point of a line is marked. */
const MARKED_MAX = 40

const BAND_OPACITY = 0.22

/** The width of plots over probabilities, in pixels. */
const SQUARE_PIXELS = 420

/** The number of ticks beside a plot, and beside a low one. */
const TICKS = 5
const TICKS_LOW = 3

const NO_LINE: Line = { name: "", points: [] }

type Ends = readonly [least: number, most: number]

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
  const area: Layer = {
    data,
    mark: { type: "area", interpolate, opacity: BAND_OPACITY },
    encoding: { x: { ...x, field: "x" }, y: band, y2: { field: "high" }, color }
  }
  switch (line.shape) {
    case "columns":
      return [
        {
          data,
          mark: { type: "bar", binSpacing: 1, opacity: 0.85 },
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
    case "band":
      return [area]
    default:
      return [
        ...(hasBand(line) ? [area] : []),
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

/** The ends of the part of the diagonal that lies in the plot. */
const diagonalOf = (figure: LineFigure, places: Ends, values: Ends): Ends => {
  const [left, right] = figure.x.domain ?? places
  const [bottom, top] = figure.y.domain ?? values
  return [Math.max(left, bottom), Math.min(right, top)]
}

const referenceOf = (figure: LineFigure, diagonal: Ends, x: object, y: object): ReadonlyArray<Layer> => {
  const dashed = { color: colour("muted"), strokeDash: [4, 3], strokeWidth: 1 }
  const { reference } = figure
  if (reference === undefined) return []
  if (reference !== "diagonal")
    return [{ ...ONE, mark: { type: "rule", ...dashed }, encoding: { y: { ...y, datum: reference } } }]
  return [
    {
      data: { values: diagonal.map((value) => ({ x: value, y: value })) },
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

/** The legend has a symbol for each shape, and the band as one more entry, as pale as it is drawn. */
const legendOf = ({ band, lines }: LineFigure) => {
  const named = (...shapes: ReadonlyArray<Line["shape"]>) =>
    JSON.stringify(lines.filter(({ shape }) => shapes.includes(shape)).map(({ name }) => printableLine(name)))
  const bands = JSON.stringify(
    [
      ...lines.flatMap(({ name, shape }) => (shape === "band" ? [name] : [])),
      ...(band === undefined ? [] : [band])
    ].map(printableLine)
  )
  const isBand = `indexof(${bands}, datum.label) >= 0`
  return {
    title: null,
    orient: "top" as const,
    symbolType: {
      expr: `${isBand} ? 'square' : indexof(${named("points")}, datum.label) >= 0 ? 'circle' : indexof(${named("columns")}, datum.label) >= 0 ? 'square' : 'stroke'`
    },
    symbolOpacity: { expr: `${isBand} ? ${BAND_OPACITY} : 1` },
    symbolStrokeWidth: { expr: `${isBand} ? 0 : 2` }
  }
}

/** The colours of the lines by their names. The band has the colour of the line that it belongs to. */
const colourOf = (figure: LineFigure) => {
  const { band, lines } = figure
  const shades = lines.map((_, at) => SERIES[at % SERIES.length] ?? colour("ink"))
  const [bandShade = colour("ink")] = shades.filter((_, at) => hasBand(lines[at] ?? NO_LINE))
  const names = [...lines.map(({ name }) => name), ...(band === undefined ? [] : [band])]
  const scale = {
    domain: names.map(printableLine),
    range: [...shades, ...(band === undefined ? [] : [bandShade])]
  }
  return (name: string) => ({
    datum: printableLine(name),
    type: "nominal" as const,
    scale,
    legend: names.length > 1 ? legendOf(figure) : null
  })
}

const endsOf = (values: ReadonlyArray<number>): Ends => [
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
]

export const linePlot = (given: LineFigure, width: number): Plot => {
  const figure = withHeldPoints(given)
  const { isLow = false, lines } = figure
  const points = lines.flatMap((line) => line.points)
  const places = endsOf([...points, ...(figure.marks ?? [])].map((point) => point.x))
  const values = endsOf(
    points.flatMap(({ high, low, y }) => [y, low, high].filter((value) => typeof value === "number"))
  )
  const isLong = figure.y.lengthMin === undefined || values[1] - values[0] >= figure.y.lengthMin
  const channel = channelOf(
    isLong ? figure.y : { ...figure.y, domain: axisEnds(figure.y, ...values) },
    values,
    width
  )
  const [x, y] = [
    channelOf(figure.x, places, width),
    { ...channel, axis: { ...channel.axis, tickCount: isLow ? TICKS_LOW : TICKS } }
  ]
  const isProbability = figure.x.unit === "probability"
  const color = colourOf(figure)
  return {
    isSquare: figure.reference === "diagonal",
    isLow,
    ...(isProbability ? { widthMax: SQUARE_PIXELS } : {}),
    layer: [
      ...referenceOf(figure, diagonalOf(figure, places, values), x, y),
      ...lines.flatMap((line) => layersOf(line, x, y, color(line.name))),
      ...marksOf(figure, x)
    ]
  }
}
