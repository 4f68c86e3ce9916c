/** Reads the values of DuckDB's answers as the cells and numbers of reports. */
import type { ReportCell } from "../../domain/reports/document.ts"
import { ExactNumber, type QueryResult, type QueryRow, type QueryValue } from "../../services/Analytics.ts"

/** Returns a number as such, also one that a double cannot hold exactly, and NULL for NULL. */
export const numberOf = (value: QueryValue | undefined): number | null =>
  typeof value === "number" ? value : value instanceof ExactNumber ? Number(value.digits) : null

export const textOf = (value: QueryValue | undefined): string | null =>
  typeof value === "string" ? value : null

const cellOf = (value: QueryValue): ReportCell =>
  value === null || typeof value === "string" || typeof value === "boolean" ? value : numberOf(value)

export const rowOfCells = (row: QueryRow): ReadonlyArray<ReportCell> => row.map(cellOf)

/** A row of an answer, by the names of its columns. */
export type Fields = Readonly<Record<string, QueryValue>>

/** Returns the rows of an answer as objects, by the names of its columns. */
export const recordsOf = ({ columns, rows }: QueryResult): ReadonlyArray<Fields> =>
  rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])))

/** Returns the category of a row, in which the empty text stands for a category that is not known. */
export const categoryOf = ({ category }: Fields): string => (category === "" ? "unknown" : String(category))
