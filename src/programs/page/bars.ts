/** Bars and heat maps, as specifications of Vega-Lite. */
import {
  type BarFigure,
  classNames,
  classOf,
  type HeatFigure,
  hasIntervals
} from "../../domain/reports/figure.ts"
import { formatCell } from "../../domain/reports/format.ts"
import type { Quantity } from "../../domain/reports/quantity.ts"
import { printableLine } from "../terminal/printable.ts"
import { cutMiddle } from "../terminal/text-width.ts"
import { channelOf, titleOf } from "./axis.ts"
import { colour, HEAT, SERIES } from "./colours.ts"
import type { Plot } from "./plot.ts"

/** The height of a bar and of a row of cells, in pixels. */
const ROW_PIXELS = 18
/** The pixels of a plot for each character of the names beside it. A longer name is cut. */
const PIXELS_OF_NAME = 18
/** The largest width of a cell, in pixels: a day alone is no bar as wide as the page. */
const CELL_PIXELS_MAX = 72
/** The room of the names beside the cells, in pixels. */
const NAMES_PIXELS = 110

const wordOf = (word: string, quantity: Quantity): string => printableLine(formatCell(word, quantity))

/** The ends of the axis, with zero among them: the length of a bar is its value. */
const valuesOf = ({ bars, value }: BarFigure): readonly [number, number] => {
  const ends = bars.flatMap(({ high, low, value: is }) => [0, is ?? 0, low ?? 0, high ?? 0])
  return value.domain ?? [Math.min(...ends), Math.max(...ends)]
}

/** Shows long names cut, and keeps them whole in the data, where they tell categories apart. */
const shortLabels = (words: ReadonlyArray<string>, length: number) => {
  const short = Object.fromEntries(words.map((word) => [word, cutMiddle(word, length)]))
  return words.every((word) => short[word] === word)
    ? {}
    : { labelExpr: `${JSON.stringify(short)}[datum.label]` }
}

/** Bars lie, so that their names can be read. */
export const barPlot = (figure: BarFigure, width: number): Plot => {
  const groups = [...new Set(figure.bars.flatMap(({ group }) => (group === undefined ? [] : [group])))]
  const words = [...new Set(figure.bars.map(({ category }) => wordOf(category, figure.category)))]
  const values = valuesOf(figure)
  const channel = channelOf(figure.value, values, width)
  const continuous = {
    ...channel,
    scale: { ...channel.scale, domain: [...values], nice: figure.value.domain === undefined },
    axis: { ...channel.axis, grid: true }
  }
  const names = groups.map(printableLine)
  const shared = {
    y: {
      field: "category",
      type: "ordinal" as const,
      sort: null,
      // A category whose value is not known keeps its place.
      scale: { domain: words },
      title: null,
      axis: { labelOverlap: true, labelLimit: 0, ...shortLabels(words, Math.floor(width / PIXELS_OF_NAME)) }
    },
    ...(groups.length === 0
      ? { color: { value: SERIES[0] } }
      : {
          yOffset: { field: "group", sort: names },
          color: {
            field: "group",
            type: "nominal" as const,
            scale: {
              domain: names,
              range: names.map((_, at) => SERIES[at % SERIES.length] ?? colour("ink"))
            },
            legend: names.length < 2 ? null : { title: null, orient: "top" as const }
          }
        })
  }
  const value = { ...shared, x: { ...continuous, field: "value" } }
  return {
    data: {
      values: figure.bars.map(({ category, group, ...bar }) => ({
        ...bar,
        category: wordOf(category, figure.category),
        ...(group === undefined ? {} : { group: printableLine(group) })
      }))
    },
    height: words.length * Math.max(1, groups.length) * ROW_PIXELS + 10,
    layer: [
      { mark: { type: "rule", color: colour("muted") }, encoding: { x: { ...continuous, datum: 0 } } },
      ...(hasIntervals(figure)
        ? [
            {
              transform: [{ filter: "isValid(datum.low) && isValid(datum.high)" }],
              mark: { type: "rule" as const, strokeWidth: 1.6 },
              encoding: { ...shared, x: { ...continuous, field: "low" }, x2: { field: "high" } }
            },
            { mark: { type: "point", filled: true, size: 50, opacity: 1 }, encoding: value } as const
          ]
        : [{ mark: { type: "bar", opacity: 0.85 }, encoding: value } as const])
    ]
  }
}

export const heatPlot = (figure: HeatFigure): Plot => {
  const rows = [...new Set(figure.cells.map(({ row }) => wordOf(row, figure.row)))]
  const columns = [...new Set(figure.cells.map(({ column }) => wordOf(column, figure.column)))]
  const classes = classNames(figure)
  return {
    data: {
      values: figure.cells.map(({ column, row, value }) => ({
        column: wordOf(column, figure.column),
        row: wordOf(row, figure.row),
        value,
        class: value === null ? null : classes[classOf(figure, value)]
      }))
    },
    widthMax: NAMES_PIXELS + columns.length * CELL_PIXELS_MAX,
    height: rows.length * ROW_PIXELS,
    layer: [
      {
        transform: [{ filter: "isValid(datum.value)" }],
        // Cells stay apart, if there is room for it.
        mark: { type: "rect", stroke: colour("paper"), strokeWidth: columns.length > 100 ? 0 : 1 },
        encoding: {
          x: {
            field: "column",
            type: "ordinal",
            sort: null,
            scale: { domain: columns },
            title: titleOf(figure.column),
            axis: { labelOverlap: "greedy", labelAngle: 0, ticks: false, domain: false }
          },
          y: {
            field: "row",
            type: "ordinal",
            sort: null,
            scale: { domain: rows },
            title: null,
            axis: { ticks: false, domain: false, labelLimit: 190 }
          },
          color: {
            field: "class",
            type: "nominal",
            sort: null,
            scale: { domain: [...classes], range: [...HEAT] },
            legend: { title: titleOf(figure.value), orient: "top", symbolType: "square" }
          }
        }
      }
    ]
  }
}
