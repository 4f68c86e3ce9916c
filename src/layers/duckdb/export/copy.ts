/** The COPY statements of an export. A path becomes a quoted literal: nothing in it can end the statement. */
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import type { ColumnKind } from "../../../domain/read/column.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import { columnsOf, kindOf } from "../staging/kinds.ts"

export const copyToParquet = (select: string, file: string): string =>
  `COPY (${select}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`

export const copyToCsv = (select: string, file: string, header: boolean): string =>
  `COPY (${select}) TO ${literal(file)} (FORMAT csv, HEADER ${header}, DELIMITER ',', QUOTE '"', ESCAPE '"', NULLSTR '')`

const ordered = (columns: ReadonlyArray<string>): string => `ORDER BY ${columns.map(quoted).join(", ")}`

/** A market's rows together and in the order of time; by the key where that says so already. */
const order = (table: PublicTable): ReadonlyArray<string> =>
  "ticker" in table.columns ? [...new Set(["ticker", ...table.key])] : table.key

/** Rows by ticker and time; `from` is the table itself, or a SELECT with its columns. */
export const sortedSql = (table: PublicTable, from = `main.${quoted(table.name)}`): string =>
  `SELECT * FROM ${from} ${ordered(order(table))}`

const SLOT = "%Y-%m-%dT%H:%M:%SZ"
const TIME = "%Y-%m-%dT%H:%M:%S.%fZ"

const csvText = (column: string, kind: ColumnKind, timesAsText: boolean): string => {
  const name = quoted(column)
  if (kind === "cents" || kind === "contracts") return `rtrim(rtrim(${name}::VARCHAR, '0'), '.')`
  // A whole REAL is an integer to SQLite: 65000, not 65000.0.
  if (kind === "real")
    return `CASE WHEN abs(${name}) < 1e15 AND ${name} = trunc(${name}) THEN ${name}::BIGINT::VARCHAR ELSE ${name}::VARCHAR END`
  if (timesAsText || (kind !== "slot" && kind !== "time")) return name
  return `strftime(${name}, '${kind === "slot" ? SLOT : TIME}')`
}

/** `from` holds the columns of the table, in the order in which they are to be written. */
export const csvSql = (table: PublicTable, from: string, timesAsText: boolean): string => {
  const columns = columnsOf(table).map(
    (column) => `${csvText(column, kindOf(table, column), timesAsText)} AS ${quoted(column)}`
  )
  return `SELECT ${columns.join(", ")} FROM (${from})`
}

/** The same in the order of the table's key. */
export const sortedCsvSql = (table: PublicTable): string =>
  csvSql(table, `SELECT * FROM main.${quoted(table.name)} ${ordered(table.key)}`, true)
