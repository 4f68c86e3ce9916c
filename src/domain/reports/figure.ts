/** Figures of a report, as data: each is drawn as characters in a terminal, and as a vector plot on a page. */
import { formatNumber } from "./format.ts"
import type { Quantity } from "./quantity.ts"

export interface Axis extends Quantity {
  /** The ends of the axis; by default those of the data. */
  readonly domain?: readonly [number, number]
  /** The least length of an axis that its values determine: without it, a price that rests would fill the plot. */
  readonly lengthMin?: number
  readonly scale?: "linear" | "log"
}

/** A point of a line. `x` is a number, or a time as milliseconds since 1970 UTC. NULL in `y` interrupts the line. */
export interface LinePoint {
  readonly x: number
  readonly y: number | null
  /** The ends of a band around the point, such as bid and ask, or an interval of confidence. */
  readonly low?: number
  readonly high?: number
}

export interface Line {
  readonly name: string
  readonly points: ReadonlyArray<LinePoint>
  /**
   * `step` keeps a value until the next point, as `heldPoints` says; `points` draws no line; `columns` stand on zero,
   * each as wide as the distance to the next; `band` draws the band alone. The default is `straight`.
   */
  readonly shape?: "straight" | "step" | "points" | "columns" | "band"
}

interface Drawn {
  readonly title: string
  /** The sentence below the figure: what its marks, bands and colours mean. */
  readonly caption: string
}

export interface LineFigure extends Drawn {
  readonly kind: "lines"
  /** Whether it is drawn low, as what goes with another figure. */
  readonly isLow?: boolean
  /** An axis of the unit `time` or `day` has milliseconds since 1970 UTC. */
  readonly x: Axis
  readonly y: Axis
  readonly lines: ReadonlyArray<Line>
  /** The meaning of the band of the lines, for the legend. */
  readonly band?: string
  /** `diagonal` is y = x; a number is a horizontal line. */
  readonly reference?: "diagonal" | number
  /** Moments on the x axis with a label, such as a change of terms. */
  readonly marks?: ReadonlyArray<{ readonly x: number; readonly label: string }>
}

export interface BarFigure extends Drawn {
  readonly kind: "bars"
  readonly category: Quantity
  readonly value: Axis
  /**
   * In the order in which they are drawn. Bars of one category with several groups stand beside each other. Values with
   * an interval are drawn as points with whiskers.
   */
  readonly bars: ReadonlyArray<{
    readonly category: string
    readonly group?: string
    readonly value: number | null
    readonly low?: number
    readonly high?: number
  }>
}

export interface HeatFigure extends Drawn {
  readonly kind: "heat"
  readonly row: Quantity
  readonly column: Quantity
  /** The quantity that the colour shows. */
  readonly value: Quantity
  /** The four values at which a class of colour begins, ascending; the last class is the one that is as it should be. */
  readonly classes: readonly [number, number, number, number]
  /** Cells that are not here have no data. */
  readonly cells: ReadonlyArray<{
    readonly row: string
    readonly column: string
    readonly value: number | null
  }>
}

export type Figure = LineFigure | BarFigure | HeatFigure

/** Returns the ends of an axis over values from `least` to `most`. */
export const axisEnds = (
  { domain, lengthMin = 0 }: Axis,
  least: number,
  most: number
): readonly [from: number, to: number] => {
  if (domain !== undefined) return domain
  const missing = Math.max(0, lengthMin - (most - least)) / 2
  // Values that are all positive have no negative ticks.
  const from = least >= 0 ? Math.max(0, least - missing) : least - missing
  return [from, missing === 0 ? most : from + lengthMin]
}

/**
 * The points of a step line, with those at which a value ends: it holds until the next point, also if that one has no
 * value. The last value is held for as long as the one before it, since when it ended is not known.
 */
export const heldPoints = (points: ReadonlyArray<LinePoint>): ReadonlyArray<LinePoint> =>
  points.flatMap((point, at) => {
    if (point.y === null) return [point]
    const [before, next] = [points[at - 1], points[at + 1]]
    if (next === undefined)
      return before === undefined ? [point] : [point, { ...point, x: 2 * point.x - before.x }]
    return next.y === null ? [point, { ...point, x: next.x }] : [point]
  })

/** Returns a figure in which step lines have the points at which their values end. */
export const withHeldPoints = (figure: LineFigure): LineFigure => ({
  ...figure,
  lines: figure.lines.map((line) =>
    line.shape === "step" ? { ...line, points: heldPoints(line.points) } : line
  )
})

export const hasIntervals = ({ bars }: BarFigure): boolean =>
  bars.some(({ high, low }) => low !== undefined && high !== undefined)

/** The names of the classes of a heat map, from the least to the last: `below 50 %`, `50–90 %` and so on. */
export const classNames = ({ classes, value }: HeatFigure): ReadonlyArray<string> => {
  const shown = (bound: number) => formatNumber(bound, { digits: 0, ...value })
  const [first, ...others] = classes
  return [
    `below ${shown(first)}`,
    ...others.map((bound, at) => `${shown(classes[at] ?? first).replace(" %", "")}–${shown(bound)}`),
    shown(others[2])
  ]
}

/** The class of a value, from 0. */
export const classOf = ({ classes }: HeatFigure, value: number): number =>
  classes.filter((bound) => value >= bound).length
