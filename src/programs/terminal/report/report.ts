/** A report in the terminal: its findings, figures and tables, fitted to the screen. */
import type { Report, ReportSection, ReportTable } from "../../../domain/reports/document.ts"
import type { Figure } from "../../../domain/reports/figure.ts"
import { formatCell, formatNumber, isNumeric, labelOf } from "../../../domain/reports/format.ts"
import { printable, printableLine } from "../printable.ts"
import type { Screen } from "../screen.ts"
import { tableLines } from "../table.ts"
import { wrap } from "../text-width.ts"
import { barFigureLines } from "./bars.ts"
import { heatFigureLines } from "./heat.ts"
import { type Ink, inkOf } from "./ink.ts"
import { lineFigureLines } from "./lines.ts"

/** The largest width of prose, in columns. Longer lines are hard to read. */
const PROSE_MAX = 100
/** The width where stdout is not a terminal. */
const PLAIN = 80

/** The number of rows of a long table that are shown. JSON and CSV have all rows. */
const ROWS_MAX = 60

/** The least width of a column of text that is cut. */
const TEXT_MIN = 12

const count = (value: number): string => formatNumber(value, { label: "", unit: "count" })

const formatTable = ({ columns, rows }: ReportTable, { width }: Screen): ReadonlyArray<string> => {
  const shown = width === undefined ? rows : rows.slice(0, ROWS_MAX)
  // Texts may be cut, but not names of rows that are one word: a ticker that is cut names nothing.
  const areNames = !rows.some(([name]) => String(name).includes(" "))
  const lines = tableLines(
    columns.map((column, at) => ({
      name: labelOf(column),
      isRight: isNumeric(column),
      least: column.unit !== "text" || (at === 0 && areNames) ? undefined : TEXT_MIN,
      // The first column names the row. The others are left out from the last one on.
      expendable: at === 0 ? undefined : at
    })),
    shown.map((row) => columns.map((column, at) => formatCell(row[at] ?? null, column))),
    width
  )
  const rest = rows.length - shown.length
  return rest === 0 ? lines : [...lines, `… ${count(rest)} more rows (--json and --csv have all)`]
}

/** The height of the plot of a figure, in lines. */
const HEIGHT = 14
export const HEIGHT_LOW = 5

const drawingOf = (figure: Figure, width: number, ink: Ink): ReadonlyArray<string> => {
  switch (figure.kind) {
    case "lines":
      return lineFigureLines(figure, { width, height: figure.isLow === true ? HEIGHT_LOW : HEIGHT }, ink)
    case "bars":
      return barFigureLines(figure, width, ink)
    case "heat":
      return heatFigureLines(figure, width, ink)
  }
}

const figureLines = (
  figure: Figure,
  screen: Screen,
  prose: (text: string) => ReadonlyArray<string>,
  ink: Ink
): ReadonlyArray<string> => [
  "",
  ink.bold(printableLine(figure.title)),
  ...drawingOf(figure, screen.width ?? PLAIN, ink),
  ...prose(figure.caption).map(ink.dim)
]

const sectionLines = (
  { figures, finding, method, tables, title }: ReportSection,
  screen: Screen,
  prose: (text: string) => ReadonlyArray<string>,
  ink: Ink
): ReadonlyArray<string> => [
  "",
  ink.bold(printableLine(title)),
  ...(finding === undefined ? [] : prose(finding)),
  ...figures.flatMap((figure) => figureLines(figure, screen, prose, ink)),
  ...tables.flatMap((one) => [
    "",
    ...(one.title === undefined ? [] : prose(one.title).map(ink.bold)),
    ...formatTable(one, screen)
  ]),
  ...(method.length === 0 ? [] : ["", ...method.flatMap(prose).map(ink.dim)])
]

const footLines = (
  { exclusions, included, notes, population, source, unit }: Report,
  command: string,
  prose: (text: string) => ReadonlyArray<string>
): ReadonlyArray<string> => [
  "",
  ...prose(
    `${count(included)} of ${count(population)} ${unit}${exclusions.length === 0 ? "." : "; left out:"}`
  ),
  ...exclusions.map((exclusion) => `  ${count(exclusion.count)} ${exclusion.reason}`),
  ...notes.flatMap(prose),
  ...prose(
    source.lastSeq === undefined
      ? "The log is empty."
      : `Source: the log up to observation ${count(source.lastSeq)}${source.chainSha256 === undefined ? "" : `, chained SHA-256 ${source.chainSha256}`}`
  ),
  command
]

export const reportLines = (report: Report, command: string, screen: Screen): ReadonlyArray<string> => {
  const ink = inkOf(screen.hasColours)
  const prose = (text: string) => wrap(printable(text), Math.min(PROSE_MAX, screen.width ?? PLAIN))
  const settings = report.options.map(({ name, value }) => `${name} ${value}`).join(" · ")
  return [
    ...prose(report.title).map(ink.bold),
    ...prose(report.question),
    ...prose(settings).map(ink.dim),
    ...report.sections.flatMap((section) => sectionLines(section, screen, prose, ink)),
    ...footLines(report, command, prose).map(ink.dim)
  ]
}
