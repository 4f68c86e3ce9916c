/** Bars and heat maps in the terminal. */
import type { BarFigure, HeatFigure } from "../../../domain/reports/figure.ts"
import { formatCell, labelOf, UNKNOWN } from "../../../domain/reports/format.ts"
import { printableLine } from "../printable.ts"
import { cut, padEnd, padStart, widthOf } from "../text-width.ts"
import type { Ink } from "./ink.ts"
import { scaleOf } from "./scale.ts"

/** The largest width of the bars, in columns. */
const BAR_MAX = 60
const NAME_MAX = 28
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
/** Shades from the least to the most, which are told apart without colours too. */
const SHADES = ["░", "▒", "▓", "█"]

/** A bar from zero, to the right for values above it and to the left for those below. */
const barOf = (place: number, zero: number, columns: number): string => {
  const eighths = Math.round(Math.abs(place - zero) * columns * 8)
  if (place >= zero) {
    const start = " ".repeat(Math.round(zero * columns))
    return start + "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "")
  }
  const length = Math.max(1, Math.round(eighths / 8))
  return " ".repeat(Math.max(0, Math.round(zero * columns) - length)) + "█".repeat(length)
}

export const barFigureLines = (figure: BarFigure, width: number, ink: Ink): ReadonlyArray<string> => {
  const groups = [...new Set(figure.bars.map(({ group }) => group))]
  const rows = figure.bars.map(({ category, group, value }, at) => ({
    name: [
      figure.bars[at - 1]?.category === category ? "" : printableLine(formatCell(category, figure.category)),
      ...(group === undefined ? [] : [printableLine(group)])
    ],
    value,
    text: formatCell(value, figure.value),
    series: groups.indexOf(group)
  }))
  const nameColumns = [0, 1].map((at) =>
    Math.min(NAME_MAX, Math.max(0, ...rows.map(({ name }) => widthOf(name[at] ?? ""))))
  )
  const textColumns = Math.max(...rows.map(({ text }) => widthOf(text)), 1)
  const before = nameColumns.reduce((sum, one) => sum + (one === 0 ? 0 : one + 2), 0) + textColumns + 2
  const columns = Math.max(4, Math.min(BAR_MAX, width - before))
  const scale = scaleOf(figure.value, [0, ...rows.flatMap(({ value }) => (value === null ? [] : [value]))])
  const zero = Math.min(1, Math.max(0, scale.placeOf(0)))
  return rows.map(({ name, series, text, value }) => {
    const names = nameColumns.flatMap((one, at) =>
      one === 0 ? [] : [padEnd(cut(name[at] ?? "", one), one), "  "]
    )
    const bar = value === null ? "" : barOf(Math.min(1, Math.max(0, scale.placeOf(value))), zero, columns)
    return `${names.join("")}${padStart(text, textColumns)}  ${ink.series(series)(bar)}`.trimEnd()
  })
}

/** Columns that do not fit are left out from the beginning: the newest days are the last. */
export const heatFigureLines = (figure: HeatFigure, width: number, ink: Ink): ReadonlyArray<string> => {
  const rows = [...new Set(figure.cells.map(({ row }) => row))]
  const all = [...new Set(figure.cells.map(({ column }) => column))]
  const names = rows.map((row) => printableLine(formatCell(row, figure.row)))
  const nameColumns = Math.min(NAME_MAX, Math.max(0, ...names.map(widthOf)))
  const room = Math.max(1, width - nameColumns - 2)
  const cellColumns = Math.max(1, Math.min(6, Math.floor(room / Math.max(1, all.length))))
  const shown = all.slice(-Math.floor(room / cellColumns))
  const values = new Map(figure.cells.map(({ column, row, value }) => [`${row}\n${column}`, value]))
  const scale = scaleOf(
    figure.value,
    [...values.values()].filter((value) => value !== null)
  )
  const cell = (row: string, column: string): string => {
    const value = values.get(`${row}\n${column}`)
    if (value === undefined || value === null) return padEnd(value === null ? UNKNOWN : "", cellColumns)
    const share = Math.min(1, Math.max(0, scale.placeOf(value)))
    const shade = ink.hasColours
      ? "█"
      : (SHADES[Math.min(SHADES.length - 1, Math.floor(share * SHADES.length))] ?? "█")
    return ink.heat(share)(shade.repeat(cellColumns))
  }
  const [first = "", last = ""] = [shown[0], shown.at(-1)].map((column) =>
    column === undefined ? "" : printableLine(formatCell(column, figure.column))
  )
  const lineColumns = shown.length * cellColumns
  const ends =
    shown.length < 2 || widthOf(first) + widthOf(last) + 1 > lineColumns
      ? first
      : first + padStart(last, lineColumns - widthOf(first))
  const keys = [scale.from, (scale.from + scale.to) / 2, scale.to].map((value, at) => {
    const sample = ink.hasColours
      ? "██"
      : (SHADES[Math.round((at / 2) * (SHADES.length - 1))] ?? "█").repeat(2)
    return `${ink.heat(at / 2)(sample)} ${formatCell(value, figure.value)}`
  })
  return [
    `${labelOf(figure.value)}: ${keys.join("  ")}`,
    ...rows.map((row, at) =>
      `${padEnd(cut(names[at] ?? "", nameColumns), nameColumns)}  ${shown.map((column) => cell(row, column)).join("")}`.trimEnd()
    ),
    `${" ".repeat(nameColumns + 2)}${ends}`.trimEnd(),
    ...(shown.length === all.length ? [] : [`… ${all.length - shown.length} columns before these do not fit`])
  ]
}
