/**
 * Formats an answer as a table. On a terminal it is fitted to the screen: long text is cut, and columns that
 * still do not fit are left out and named below. In a pipe nothing is cut or left out.
 */
import type { QueryColumn, QueryRow, QueryValue } from "../../../services/Analytics.ts"
import { fitted, type Wanted } from "../fit.ts"
import { count, plural } from "../output.ts"
import { printable, printableLine } from "../printable.ts"
import { widthOf, wrap } from "../text-width.ts"
import { isNumeric, isRigid, textOf } from "./values.ts"

export interface ShownRows {
  readonly columns: ReadonlyArray<QueryColumn>
  /** The rows that are shown. */
  readonly rows: ReadonlyArray<QueryRow>
  /** The number of further rows, and whether they were counted to the end. Absent if all rows are shown. */
  readonly rest?: { readonly rows: number; readonly whole: boolean }
}

/** The smallest width to which long text is cut. */
const PROSE_MIN = 16
/**
 * The width up to which names and identifiers are not cut, because people copy them. A column of them is
 * shown whole or left out.
 */
const NAME_MIN = 48
/** The number of characters of a cell that are measured. The rest of a longer cell is never shown. */
const CELL_CHARS_MAX = 4000

const cellOf = (value: QueryValue, whole: boolean): string => {
  if (value === null) return "NULL"
  const text = textOf(value)
  return printableLine(whole ? text : text.slice(0, CELL_CHARS_MAX))
}

const wantedOf = (column: QueryColumn, name: string, cells: ReadonlyArray<string>, at: number): Wanted => {
  const head = widthOf(name)
  const natural = Math.max(head, ...cells.map(widthOf))
  const isProse = cells.some((cell) => cell.includes(" "))
  const least = isRigid(column) ? natural : Math.min(natural, isProse ? PROSE_MIN : NAME_MIN)
  const isEmpty = cells.length > 0 && cells.every((cell) => cell === "NULL" || cell === "")
  // If columns must be left out, the last ones go first.
  return { natural, least: Math.max(head, least), expendable: at, isEmpty, isRight: isNumeric(column) }
}

const restWords = (shown: number, rest: ShownRows["rest"], allRows: string): ReadonlyArray<string> => {
  if (rest === undefined || (rest.rows === 0 && rest.whole)) return [plural(shown, "row")]
  if (rest.rows === 0) return [`the first ${plural(shown, "row")} (${allRows} shows all there are)`]
  const total = plural(shown + rest.rows, "row")
  return [`${rest.whole ? total : `more than ${total}`}, ${count(shown)} shown (${allRows} shows them all)`]
}

/** Formats the query plan of EXPLAIN. It is drawn with characters, so it is printed unchanged. */
const planOf = (rows: ReadonlyArray<QueryRow>): string =>
  rows.map((row) => `${printable(textOf(row[1] ?? null)).trimEnd()}\n`).join("")

/** The words that a person types to see what a table leaves out. The default are the flags of `query`. */
export interface Hints {
  readonly allRows: string
  readonly allColumns: string
}

const FLAGS: Hints = { allRows: "--rows all", allColumns: "--format line" }

export const formatTable = (
  { columns, rest, rows }: ShownRows,
  screen?: number,
  { allColumns, allRows }: Hints = FLAGS
): string => {
  if (columns[0]?.name === "explain_key") return planOf(rows)
  const names = columns.map(({ name }) => printableLine(name))
  const cells = rows.map((row) => row.map((value) => cellOf(value, screen === undefined)))
  const wanted = columns.map((column, at) =>
    wantedOf(
      column,
      names[at] ?? "",
      cells.map((row) => row[at] ?? ""),
      at
    )
  )
  // The table has two columns at each edge.
  const { line, widths } = fitted(wanted, screen === undefined ? undefined : screen - 4, " │ ")
  const lineOf = (texts: ReadonlyArray<string>) => `│ ${line(texts)} │`
  const rules = widths.flatMap((width) => (width === undefined ? [] : ["─".repeat(width + 2)]))
  const rule = (left: string, between: string, right: string) => left + rules.join(between) + right
  const leftOut = names.filter((_, at) => widths[at] === undefined)
  const words = [
    ...restWords(rows.length, rest, allRows),
    ...(leftOut.length === 0
      ? []
      : [`… ${plural(leftOut.length, "column")} left out: ${leftOut.join(", ")} (${allColumns} has them)`])
  ]
  return [
    rule("┌", "┬", "┐"),
    lineOf(names),
    rule("├", "┼", "┤"),
    ...cells.map(lineOf),
    ...(rest !== undefined && (rest.rows > 0 || !rest.whole) ? [lineOf(columns.map(() => "…"))] : []),
    rule("└", "┴", "┘"),
    ...words.flatMap((word) => wrap(word, screen ?? Number.POSITIVE_INFINITY, "  ")),
    ""
  ].join("\n")
}
