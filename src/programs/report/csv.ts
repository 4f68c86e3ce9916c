/** Writes the tables of a report as CSV files. */
import type { Report, ReportTable } from "../../domain/reports/document.ts"
import { csv } from "../terminal/formats/streamed.ts"

export interface CsvFile {
  readonly path: string
  readonly text: string
}

const textOf = ({ columns, rows }: ReportTable): string => {
  const { head, row } = csv(
    columns.map(({ name }) => ({ name, type: "VARCHAR" })),
    false
  )
  return head + rows.map(row).join("")
}

/** Inserts a word before the extension of a path: `out/a.csv` → `out/a-by-year.csv`. */
const besideOf = (path: string, word: string): string => {
  const [, stem = path, extension = ""] = /^(.*[^/])(\.[^./]+)$/.exec(path) ?? []
  return `${stem}-${word}${extension}`
}

/**
 * Returns the files: the first table at `path`, and each other one beside it, named by its section, because tables of
 * different columns do not fit into one CSV file. A section's second table has a number.
 */
export const csvFiles = ({ sections }: Report, path: string): ReadonlyArray<CsvFile> =>
  sections
    .flatMap(({ id, tables }) =>
      tables.map((table, at) => ({ word: at === 0 ? id : `${id}-${at + 1}`, text: textOf(table) }))
    )
    .map(({ text, word }, at) => ({ path: at === 0 ? path : besideOf(path, word), text }))
