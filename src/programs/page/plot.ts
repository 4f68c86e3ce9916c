/** Draws figures as vectors with Vega-Lite and Vega, without a browser. */
import { Effect } from "effect"
import { parse, resetSVGDefIds, View } from "vega"
import { compile, type TopLevelSpec } from "vega-lite"
import type { LayerSpec, UnitSpec } from "vega-lite/types_unstable/spec/index.js"
import type { Figure } from "../../domain/reports/figure.ts"
import { barPlot, heatPlot } from "./bars.ts"
import { colour, withVariables } from "./colours.ts"
import { linePlot } from "./lines.ts"

export type Layer = LayerSpec<string> | UnitSpec<string>

/** A plot without its size. */
export interface Plot {
  readonly data?: { readonly values: ReadonlyArray<object> }
  readonly layer: ReadonlyArray<Layer>
  /** The height, in pixels, if it follows from the data. */
  readonly height?: number
  /** The largest useful width, in pixels. */
  readonly widthMax?: number
  readonly isSquare?: boolean
  readonly isLow?: boolean
}

const plotOf = (figure: Figure, width: number): Plot => {
  switch (figure.kind) {
    case "lines":
      return linePlot(figure, width)
    case "bars":
      return barPlot(figure, width)
    case "heat":
      return heatPlot(figure)
  }
}

/** The widths at which each figure is drawn, in pixels: text on a phone would be too small in a wide plot. */
const WIDTHS = { wide: 680, narrow: 350 } as const

const FONT = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif"

const CONFIG: TopLevelSpec["config"] = {
  font: FONT,
  view: { stroke: null },
  axis: {
    domainColor: colour("muted"),
    tickColor: colour("muted"),
    gridColor: colour("rule"),
    labelColor: colour("ink"),
    titleColor: colour("ink"),
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal",
    tickSize: 4
  },
  axisX: { grid: false, titlePadding: 6 },
  axisY: {
    domain: false,
    ticks: false,
    titleAngle: 0,
    titleAlign: "left",
    titleAnchor: "end",
    titleBaseline: "bottom",
    titleX: 0,
    titleY: -8
  },
  legend: {
    // The title of the axis stands below the legend.
    offset: 26,
    symbolOpacity: 1,
    labelColor: colour("ink"),
    titleColor: colour("ink"),
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: "normal"
  },
  text: { color: colour("ink"), fontSize: 11 },
  line: { strokeCap: "round", strokeJoin: "round" },
  bar: { color: colour("series1") }
}

/** The width of a character that Vega assumes without a browser, by that which fonts have. */
const WIDTH_ASSUMED = 1.4
/** The room of a symbol in a legend and of the gap behind its label, in pixels. */
const SYMBOL_PIXELS = 30

/** The columns of a legend that fit the plot, and how long their labels may be. */
const legendRoom = (width: number) => {
  const columns = width < WIDTHS.wide ? 2 : 3
  return { columns, labelLimit: Math.floor(WIDTH_ASSUMED * (width / columns - SYMBOL_PIXELS)) }
}

const HEIGHT = 240
const HEIGHT_LOW = 90
/** The width of plots of probabilities. */
export const SQUARE_PIXELS = 420

/** Returns the specification of a figure, which a notebook can draw as it stands. */
const specOf = (figure: Figure, width: number): TopLevelSpec => {
  const { data, height, isLow = false, isSquare = false, layer, widthMax = width } = plotOf(figure, width)
  // Every plot has room for its legend.
  const wide = Math.min(width, Math.max(WIDTHS.narrow, widthMax))
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "transparent",
    width: wide,
    // The last label of an axis is half beyond its end.
    padding: { left: 5, right: 24, top: 5, bottom: 5 },
    height: height ?? (isLow ? HEIGHT_LOW : isSquare ? wide - 40 : HEIGHT),
    autosize: { type: "fit-x", contains: "padding" },
    config: {
      ...CONFIG,
      legend: {
        ...CONFIG?.legend,
        ...legendRoom(wide)
      }
    },
    ...(data === undefined ? {} : { data: { values: [...data.values] } }),
    layer: [...layer]
  } as TopLevelSpec
}

const draw = (spec: TopLevelSpec): Effect.Effect<string> =>
  Effect.promise(async () => {
    const view = new View(parse(compile(spec).spec), { renderer: "none" })
    const svg = await view.toSVG()
    view.finalize()
    return withVariables(svg)
  })

export interface Drawing {
  readonly wide: string
  readonly narrow: string
  /** The specification of the wide plot, as JSON. */
  readonly spec: string
}

export const drawing = (figure: Figure): Effect.Effect<Drawing> =>
  Effect.gen(function* () {
    const spec = specOf(figure, WIDTHS.wide)
    return {
      wide: yield* draw(spec),
      narrow: yield* draw(specOf(figure, WIDTHS.narrow)),
      spec: JSON.stringify(spec)
    }
  })

/** Numbers the parts of plots from the start again, so that the same report gives the same page. */
export const restartNumbering: Effect.Effect<void> = Effect.sync(() => resetSVGDefIds())
