/** A heat map in the terminal. Its classes have colours, and signs where there are none. */
import { classNames, classOf, type HeatFigure } from "../../../domain/reports/figure.ts"
import { formatCell, labelOf, UNKNOWN } from "../../../domain/reports/format.ts"
import { printableLine } from "../printable.ts"
import { cut, padEnd, padStart, widthOf } from "../text-width.ts"
import { NAME_MAX } from "./bars.ts"
import type { Ink } from "./ink.ts"
import { legendLines } from "./legend.ts"

/** The signs of the classes, from the least to the last. */
const SIGNS = ["!", "░", "▒", "▓", "█"]
/** The width of a day, in columns. */
const CELL_MAX = 6

/** The ends of the columns below them: the first and the last, if there is room for both. */
const endsOf = (first: string, last: string, columns: number): string =>
  first === last || widthOf(first) + widthOf(last) + 1 > columns
    ? first
    : first + padStart(last, columns - widthOf(first))

/** Columns that do not fit are left out from the beginning: the newest days are the last. */
export const heatFigureLines = (figure: HeatFigure, width: number, ink: Ink): ReadonlyArray<string> => {
  const rows = [...new Set(figure.cells.map(({ row }) => row))]
  const all = [...new Set(figure.cells.map(({ column }) => column))]
  const names = rows.map((row) => printableLine(formatCell(row, figure.row)))
  const nameColumns = Math.min(NAME_MAX, Math.max(0, ...names.map(widthOf)))
  const room = Math.max(1, width - nameColumns - 2)
  const cellColumns = Math.max(1, Math.min(CELL_MAX, Math.floor(room / Math.max(1, all.length))))
  const shown = all.slice(-Math.floor(room / cellColumns))
  const values = new Map(figure.cells.map(({ column, row, value }) => [`${row}\n${column}`, value]))
  const painted = (at: number, columns: number) =>
    ink.heat(at)((ink.hasColours ? "█" : (SIGNS[at] ?? "█")).repeat(columns))
  const cell = (row: string, column: string): string => {
    const value = values.get(`${row}\n${column}`)
    if (value === undefined || value === null) return padEnd(value === null ? UNKNOWN : "", cellColumns)
    return painted(classOf(figure, value), cellColumns)
  }
  const [first = "", last = ""] = [shown[0], shown.at(-1)].map((column) =>
    column === undefined ? "" : printableLine(formatCell(column, figure.column))
  )
  const classes = classNames(figure).map((name, at) => ({ text: name, sign: painted(at, 2), signColumns: 2 }))
  return [
    ...legendLines([{ text: `${labelOf(figure.value)}:`, sign: "", signColumns: 0 }, ...classes], width),
    ...rows.map((row, at) =>
      `${padEnd(cut(names[at] ?? "", nameColumns), nameColumns)}  ${shown.map((column) => cell(row, column)).join("")}`.trimEnd()
    ),
    `${" ".repeat(nameColumns + 2)}${endsOf(first, last, shown.length * cellColumns)}`.trimEnd(),
    ...(shown.length === all.length ? [] : [`… ${all.length - shown.length} columns before these do not fit`])
  ]
}
