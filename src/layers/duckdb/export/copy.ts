/** The COPY statements of an export. A path becomes a quoted literal: nothing in it can end the statement. */
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import type { ColumnKind } from "../../../domain/read/column.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import { columnsOf, kindOf } from "../staging/kinds.ts"

const ordered = (columns: ReadonlyArray<string>): string => `ORDER BY ${columns.map(quoted).join(", ")}`

/** Keeps the rows of a market together, in the order of time. */
const parquetOrder = (table: PublicTable): ReadonlyArray<string> =>
  "ticker" in table.columns ? [...new Set(["ticker", ...table.key])] : table.key

/** Writes rows sorted by ticker and time. `from` is the table itself, or a SELECT with its columns. */
export const copyToParquet = (
  table: PublicTable,
  file: string,
  from = `main.${quoted(table.name)}`
): string =>
  `COPY (SELECT * FROM ${from} ${ordered(parquetOrder(table))}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`

const csvText = (column: string, kind: ColumnKind): string => {
  const name = quoted(column)
  if (kind === "cents" || kind === "contracts") return `rtrim(rtrim(${name}::VARCHAR, '0'), '.')`
  // A whole REAL is an integer to SQLite: 65000, not 65000.0.
  return kind === "real"
    ? `CASE WHEN abs(${name}) < 1e15 AND ${name} = trunc(${name}) THEN ${name}::BIGINT::VARCHAR ELSE ${name}::VARCHAR END`
    : name
}

/** Writes the rows of a table, staged with times as text, in the order of its key. */
export const copyToCsv = (table: PublicTable, file: string, header: boolean): string => {
  const columns = columnsOf(table).map(
    (column) => `${csvText(column, kindOf(table, column))} AS ${quoted(column)}`
  )
  const sorted = `SELECT * FROM main.${quoted(table.name)} ${ordered(table.key)}`
  return `COPY (SELECT ${columns.join(", ")} FROM (${sorted}))
    TO ${literal(file)} (FORMAT csv, HEADER ${header}, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR '')`
}
