/** Bars and heat maps, as specifications of Vega-Lite. */
import type { BarFigure, HeatFigure } from "../../domain/reports/figure.ts"
import { formatCell } from "../../domain/reports/format.ts"
import type { Quantity } from "../../domain/reports/quantity.ts"
import { printableLine } from "../terminal/printable.ts"
import { channelOf, isTime, titleOf } from "./axis.ts"
import { colour, HEAT, SERIES } from "./colours.ts"
import type { Plot } from "./plot.ts"

/** The height of a bar and of a row of cells, in pixels. */
const ROW_PIXELS = 18

const wordOf = (word: string, quantity: Quantity): string => printableLine(formatCell(word, quantity))

/** The ends of the axis, with zero among them: the length of a bar is its value. */
const valuesOf = ({ bars, value }: BarFigure): readonly [number, number] =>
  value.domain ?? [
    Math.min(0, ...bars.flatMap(({ low, value: is }) => [low ?? 0, is ?? 0])),
    Math.max(0, ...bars.flatMap(({ high, value: is }) => [high ?? 0, is ?? 0]))
  ]

/** Bars lie, so that their names can be read; those of days and times stand. */
export const barPlot = (figure: BarFigure): Plot => {
  const groups = [...new Set(figure.bars.flatMap(({ group }) => (group === undefined ? [] : [group])))]
  const categories = [...new Set(figure.bars.map(({ category }) => category))]
  const stands = isTime(figure.category)
  const [along, across] = stands ? (["y", "x"] as const) : (["x", "y"] as const)
  const channel = channelOf(figure.value)
  const continuous = {
    ...channel,
    scale: { ...channel.scale, domain: [...valuesOf(figure)], nice: figure.value.domain === undefined }
  }
  const names = groups.map(printableLine)
  const shared = {
    [across]: {
      field: "category",
      type: "ordinal" as const,
      sort: null,
      // A category whose value is not known keeps its place.
      scale: { domain: categories.map((category) => wordOf(category, figure.category)) },
      title: stands ? titleOf(figure.category) : null,
      axis: { labelOverlap: true, labelLimit: 190, ...(stands ? { labelAngle: 0 } : {}) }
    },
    ...(groups.length === 0 ? {} : { [`${across}Offset`]: { field: "group", sort: names } }),
    ...(groups.length === 0
      ? { color: { value: SERIES[0] } }
      : {
          color: {
            field: "group",
            type: "nominal" as const,
            scale: {
              domain: names,
              range: names.map((_, at) => SERIES[at % SERIES.length] ?? colour("ink"))
            },
            legend: { title: null, orient: "top" as const }
          }
        })
  }
  return {
    data: {
      values: figure.bars.map(({ category, group, ...bar }) => ({
        ...bar,
        category: wordOf(category, figure.category),
        ...(group === undefined ? {} : { group: printableLine(group) })
      }))
    },
    ...(stands ? {} : { height: categories.length * Math.max(1, groups.length) * ROW_PIXELS + 10 }),
    layer: [
      {
        mark: { type: "bar", opacity: 0.85 },
        encoding: { ...shared, [along]: { ...continuous, field: "value" } }
      },
      ...(figure.bars.some(({ low }) => low !== undefined)
        ? [
            {
              mark: { type: "rule", strokeWidth: 1.4 },
              encoding: {
                ...shared,
                color: { value: colour("ink") },
                [along]: { ...continuous, field: "low" },
                [`${along}2`]: { field: "high" }
              }
            } as const
          ]
        : []),
      { mark: { type: "rule", color: colour("muted") }, encoding: { [along]: { ...continuous, datum: 0 } } }
    ]
  }
}

export const heatPlot = (figure: HeatFigure): Plot => {
  const rows = [...new Set(figure.cells.map(({ row }) => wordOf(row, figure.row)))]
  const columns = [...new Set(figure.cells.map(({ column }) => wordOf(column, figure.column)))]
  const channel = channelOf(figure.value)
  const format = "axis" in channel ? channel.axis : {}
  return {
    data: {
      values: figure.cells.map(({ column, row, value }) => ({
        column: wordOf(column, figure.column),
        row: wordOf(row, figure.row),
        value
      }))
    },
    height: rows.length * ROW_PIXELS,
    layer: [
      {
        mark: { type: "rect", invalid: "filter" },
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
            field: "value",
            type: "quantitative",
            scale: {
              range: [...HEAT],
              ...(figure.value.domain === undefined ? {} : { domain: [...figure.value.domain] })
            },
            legend: {
              title: titleOf(figure.value),
              orient: "top",
              gradientLength: 180,
              gradientThickness: 10,
              ...format
            }
          }
        }
      }
    ]
  }
}
