/** A query's result as a person, a spreadsheet or a program reads it. Pure: text out, nothing printed. */
import Table from "cli-table3"
import type { QueryResult, QueryValue } from "../../services/Analytics.ts"

/** Widest cell of a table, in characters; what is longer is cut, and `--format csv` or `json` has it whole. */
const CELL_MAX = 80
/** Rows of a table at most: more than that is not read on a screen. */
const ROWS_MAX = 1000

/** A value in one piece of text; lists and structs as JSON. */
const textOf = (value: QueryValue): string => {
  if (value === null) return ""
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

const count = (rows: number): string => `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}`

const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text

const cellOf = (value: QueryValue, width: number): string =>
  value === null
    ? "NULL"
    : textOf(value)
        .split("\n")
        .map((line) => cut(line, width))
        .join("\n")

const isNumeric = (type: string): boolean =>
  /^(?:DECIMAL|DOUBLE|FLOAT|U?(?:TINY|SMALL|BIG|HUGE)?INT|U?INTEGER|BIGNUM)/.test(type)

/** How wide a cell may be, so that a table of many columns still fits the screen where it can. */
const cellWidth = (columns: number, screenWidth: number): number =>
  Math.min(CELL_MAX, Math.max(12, Math.floor((screenWidth - 1) / Math.max(1, columns)) - 3))

/** For the eye: numbers to the right, NULL by its name, and how many rows there are. */
export const formatTable = (result: QueryResult, screenWidth = 160): string => {
  const shown = result.rows.slice(0, ROWS_MAX)
  // A plan is a drawing: cut, it means nothing.
  const isPlan = result.columns[0]?.name === "explain_key"
  const width = isPlan ? 1000 : cellWidth(result.columns.length, screenWidth)
  const table = new Table({
    head: result.columns.map(({ name }) => cut(name, Math.max(width, 24))),
    colAligns: result.columns.map(({ type }) => (isNumeric(type) ? "right" : "left")),
    style: { head: [], border: [], compact: true }
  })
  for (const row of shown) table.push(row.map((value) => cellOf(value, width)))
  const total = count(result.rows.length)
  const hidden = result.rows.length - shown.length
  const more = hidden > 0 ? ` (${count(shown.length)} shown; --format csv or json has all)` : ""
  return `${table.toString()}\n${total}${result.truncated ? ", and there are more" : ""}${more}\n`
}

const csvField = (value: QueryValue): string => {
  if (value === null) return ""
  const text = textOf(value)
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** RFC 4180 with a header: NULL as nothing, the empty string as `""`. */
export const formatCsv = ({ columns, rows }: QueryResult): string =>
  [columns.map(({ name }) => name), ...rows].map((row) => `${row.map(csvField).join(",")}\n`).join("")

/** One array of objects, a row a line. */
export const formatJson = ({ columns, rows }: QueryResult): string => {
  const lines = rows.map((row) => {
    const fields = columns.map(
      ({ name }, at) => `${JSON.stringify(name)}: ${JSON.stringify(row[at] ?? null)}`
    )
    return `  {${fields.join(", ")}}`
  })
  return lines.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`
}
