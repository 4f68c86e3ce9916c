/** Figures of a report, as data: each is drawn as characters in a terminal, and as a vector plot on a page. */
import type { Quantity } from "./quantity.ts"

export interface Axis extends Quantity {
  /** The ends of the axis; by default those of the data. */
  readonly domain?: readonly [number, number]
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
   * `step` keeps a value until the next point; `points` draws no line; `columns` stand on zero, each as wide as the
   * distance to the next. The default is `straight`.
   */
  readonly shape?: "straight" | "step" | "points" | "columns"
}

interface Drawn {
  readonly title: string
  /** The sentence below the figure: what its marks, bands and colours mean. */
  readonly caption: string
}

export interface LineFigure extends Drawn {
  readonly kind: "lines"
  /** An axis of the unit `time` has milliseconds since 1970 UTC. */
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
  /** In the order in which they are drawn. Bars of one category with several groups stand beside each other. */
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
  readonly value: Axis
  /** Cells that are not here have no data. */
  readonly cells: ReadonlyArray<{
    readonly row: string
    readonly column: string
    readonly value: number | null
  }>
}

export type Figure = LineFigure | BarFigure | HeatFigure
