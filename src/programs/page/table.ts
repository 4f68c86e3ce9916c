/** A table of a report in HTML. */
import type { ReportTable } from "../../domain/reports/document.ts"
import { formatCell, formatNumber, isNumeric, labelOf } from "../../domain/reports/format.ts"
import { escaped, lines } from "./html.ts"

/** The number of rows of a long table that a page has. JSON and CSV have all rows. */
const ROWS_MAX = 400
/** The length of a word, in characters, from which it may be broken. */
const WORD_MAX = 40

const count = (value: number): string => formatNumber(value, { label: "", unit: "count" })

/** The number of columns that fit the width of the text. A table with more is set in smaller type. */
const COLUMNS_MAX = 10

export const tableHtml = ({ columns, rows }: ReportTable, caption: string): string => {
  const classes = columns.map((column) =>
    isNumeric(column) ? "number" : column.unit === "text" ? "text" : "word"
  )
  const head = columns.map(
    (column, at) => `<th scope="col" class="${classes[at]}">${escaped(labelOf(column))}</th>`
  )
  const body = rows.slice(0, ROWS_MAX).map((row) => {
    const cells = columns.map((column, at) => {
      const text = formatCell(row[at] ?? null, column)
      // A ticker is not broken at its hyphens.
      const name =
        text.includes(" ") || text.length > WORD_MAX ? classes[at] : classes[at]?.replace("text", "word")
      return at === 0
        ? `<th scope="row" class="${name}">${escaped(text)}</th>`
        : `<td class="${name}">${escaped(text)}</td>`
    })
    return `<tr>${cells.join("")}</tr>`
  })
  return lines(
    `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(caption)}">`,
    `<table${columns.length > COLUMNS_MAX ? ' class="dense"' : ""}><caption>${escaped(caption)}</caption>`,
    `<thead><tr>${head.join("")}</tr></thead>`,
    `<tbody>\n${body.join("\n")}\n</tbody></table></div>`,
    rows.length > ROWS_MAX
      ? `<p class="count">${count(ROWS_MAX)} of ${count(rows.length)} rows; <code>--csv</code> and <code>--json</code> have all.</p>`
      : undefined
  )
}
