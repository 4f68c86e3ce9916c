/** Reads the rows of answers as the numbers, texts and tables of reports. */
import type { Report, ReportCell, ReportColumn, ReportTable } from "../../domain/reports/document.ts"
import { ExactNumber, type QueryValue } from "../../services/Analytics.ts"

/** A row of an answer, by the names of its columns. */
export type Fields = Readonly<Record<string, QueryValue>>

type Value = QueryValue | undefined

/** Returns a number as such, also one that a double cannot hold exactly, and NULL for NULL. */
export const numberOf = (value: Value): number | null =>
  typeof value === "number" ? value : value instanceof ExactNumber ? Number(value.digits) : null

export const textOf = (value: Value): string | null => (typeof value === "string" ? value : null)

const cellOf = (value: QueryValue): ReportCell =>
  typeof value === "string" || typeof value === "boolean" ? value : numberOf(value)

/** Returns a part of a whole as a fraction, and NULL if either is not known or the whole is nothing. */
export const ratioOf = (part: Value, whole: Value): number | null => {
  const [own, all] = [numberOf(part), numberOf(whole)]
  return own === null || all === null || all === 0 ? null : own / all
}

/** Returns the sum of a field, in which NULL counts nothing. */
export const sumOf = (rows: ReadonlyArray<Fields>, name: string): number =>
  rows.reduce((sum, row) => sum + (numberOf(row[name]) ?? 0), 0)

/** Returns the beginning of a row's UTC day, in milliseconds since 1970. */
export const dayOf = ({ day }: Fields): number => Date.parse(`${String(day)}T00:00:00Z`)

/** Returns a table whose cells are the fields with the names of its columns. */
export const tableOf = (
  columns: ReadonlyArray<ReportColumn>,
  rows: ReadonlyArray<Fields>,
  title?: string
): ReportTable => ({
  ...(title === undefined ? {} : { title }),
  columns,
  rows: rows.map((row) =>
    columns.map(({ name }) => {
      const value = row[name]
      if (value === undefined) throw new Error(`a row has no field ${name}`)
      return cellOf(value)
    })
  )
})

/** Tells whether a row counts what is in the report; the other ones have the reason in `excluded`. */
export const isIncluded = ({ excluded }: Fields): boolean => excluded === null

/** Returns what rows count of a unit, which is the name of their field: in the report, and left out by reason. */
export const countedOf = (
  rows: ReadonlyArray<Fields>,
  unit: "markets" | "trades"
): Pick<Report, "unit" | "population" | "included" | "exclusions"> => ({
  unit,
  population: sumOf(rows, unit),
  included: sumOf(rows.filter(isIncluded), unit),
  exclusions: rows
    .filter((row) => !isIncluded(row))
    .map((row) => ({ reason: String(row.excluded), count: Number(row[unit]) }))
})
