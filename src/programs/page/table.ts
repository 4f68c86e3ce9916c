/** A table of a report in HTML. */
import type { ReportTable } from "../../domain/reports/document.ts"
import { formatCell, formatNumber, isNumeric, labelOf } from "../../domain/reports/format.ts"
import { escaped, lines } from "./html.ts"

/** The number of rows of a long table that a page has. JSON and CSV have all rows. */
const ROWS_MAX = 400
/** The length of a word, in characters, from which it may be broken, and of a text from which it has much room. */
const WORD_MAX = 40
const TEXT_LONG = 60

/** A ticker is not broken at its hyphens, unless the table is too wide otherwise. */
const textClass = (text: string): string => {
  if (text.length > TEXT_LONG) return "text long"
  return text.includes(" ") || text.length > WORD_MAX ? "text" : "name"
}

const count = (value: number): string => formatNumber(value, { label: "", unit: "count" })

/** The characters that fit the width of the text. A table with more is set in smaller type. */
const CHARACTERS_MAX = 92
/** The gap between two columns, and the longest line of a text that may be broken, in characters. */
const GAP = 2
const LINE_MAX = 20

/** The width that a table takes, in characters: of a column the longest of its cells and of the words in its head. */
const widthOf = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): number =>
  head.reduce((sum, label, at) => {
    const words = label.split(" ").map((word) => word.length)
    const cells = rows.map((row) => {
      const cell = row[at] ?? ""
      return cell.includes(" ") ? Math.min(LINE_MAX, cell.length) : cell.length
    })
    return sum + GAP + [...words, ...cells].reduce((most, length) => Math.max(most, length), 0)
  }, 0)

export const tableHtml = ({ columns, rows }: ReportTable, caption: string): string => {
  const classes = columns.map((column) =>
    isNumeric(column) ? "number" : column.unit === "text" ? "text" : "word"
  )
  const head = columns.map(
    (column, at) => `<th scope="col" class="${classes[at]}">${escaped(labelOf(column))}</th>`
  )
  const texts = rows
    .slice(0, ROWS_MAX)
    .map((row) => columns.map((column, at) => formatCell(row[at] ?? null, column)))
  const isDense = widthOf(columns.map(labelOf), texts) > CHARACTERS_MAX
  const body = texts.map((row) => {
    const cells = row.map((text, at) => {
      const name = classes[at] === "text" ? textClass(text) : classes[at]
      return at === 0
        ? `<th scope="row" class="${name}">${escaped(text)}</th>`
        : `<td class="${name}">${escaped(text)}</td>`
    })
    return `<tr>${cells.join("")}</tr>`
  })
  return lines(
    `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(caption)}">`,
    `<table${isDense ? ' class="dense"' : ""}><caption>${escaped(caption)}</caption>`,
    `<thead><tr>${head.join("")}</tr></thead>`,
    `<tbody>\n${body.join("\n")}\n</tbody></table></div>`,
    rows.length > ROWS_MAX
      ? `<p class="count">${count(ROWS_MAX)} of ${count(rows.length)} rows; <code>--csv</code> and <code>--json</code> have all.</p>`
      : undefined
  )
}
