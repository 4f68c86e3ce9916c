/** Formats a table without rules. Its columns are separated by two spaces. */
import { fitted } from "./fit.ts"
import { printableLine } from "./printable.ts"
import { widthOf } from "./text-width.ts"

/** A column, by its name or with how it is fitted to the screen. Numbers stand right, words left. */
export type TableColumn =
  | string
  | {
      readonly name: string
      /** Whether texts stand right as well, such as `1,889`. */
      readonly isRight?: boolean | undefined
      /** The smallest width to which it may be cut. By default it is never cut. */
      readonly least?: number | undefined
      /** The column with the highest number is left out first if there is no room, one without a number last. */
      readonly expendable?: number | undefined
    }

/** Returns the lines of a table. Without the width of a screen, nothing is cut. */
export const tableLines = (
  columns: ReadonlyArray<TableColumn>,
  rows: ReadonlyArray<ReadonlyArray<string | number>>,
  screen?: number
): ReadonlyArray<string> => {
  const cells = rows.map((row) => row.map((cell) => printableLine(String(cell))))
  const wanted = columns.map((column, at) => {
    const { expendable, isRight, least, name } = typeof column === "string" ? { name: column } : column
    const head = widthOf(name)
    const natural = Math.max(head, ...cells.map((row) => widthOf(row[at] ?? "")))
    return {
      name,
      natural,
      least: Math.min(natural, Math.max(head, least ?? natural)),
      expendable: expendable ?? at - columns.length,
      isRight: isRight ?? rows.every((row) => typeof row[at] === "number")
    }
  })
  const { line } = fitted(wanted, screen, "  ")
  return [wanted.map(({ name }) => name), ...cells].map((texts) => line(texts).trimEnd())
}
