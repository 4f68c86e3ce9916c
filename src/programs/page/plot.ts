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
  readonly isSquare?: boolean
}

const plotOf = (figure: Figure): Plot => {
  switch (figure.kind) {
    case "lines":
      return linePlot(figure)
    case "bars":
      return barPlot(figure)
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
    offset: 20,
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

const HEIGHT = 240

/** Returns the specification of a figure, which a notebook can draw as it stands. */
const specOf = (figure: Figure, width: number): TopLevelSpec => {
  const { data, height, isSquare = false, layer } = plotOf(figure)
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "transparent",
    width: isSquare ? Math.min(width, 420) : width,
    height: height ?? (isSquare ? Math.min(width, 420) - 40 : HEIGHT),
    autosize: { type: "fit-x", contains: "padding" },
    config: {
      ...CONFIG,
      // More columns would be cut off at the edge.
      legend: {
        ...CONFIG?.legend,
        ...(width < WIDTHS.wide ? { columns: 2, labelLimit: 130 } : { columns: 3, labelLimit: 190 })
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
