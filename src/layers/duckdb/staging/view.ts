/** The views of the public tables in DuckDB. */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import type { PublicTable } from "../../../domain/read/view.ts"
import { columnsOf, sqlType } from "./kinds.ts"

/** Returns the name of the view that has a table's name. */
export const viewOf = (table: PublicTable): string => `main.${quoted(table.name)}`

/** Part of the message with which a statement fails that reads a column that was not loaded. */
export const NOT_LOADED = "was not loaded for this statement"

/** The value of a column that was not loaded. DuckDB drops it from a statement that does not need it. */
const notLoaded = (table: PublicTable, column: string): string =>
  `error('${table.name}.${column} ${NOT_LOADED}')::${sqlType(table, column)}`

/**
 * Returns the statement that makes a view: the expressions of the columns that were loaded. Reading another one fails,
 * since an answer from NULLs in its place could be wrong without a word.
 */
export const viewSql = (
  table: PublicTable,
  view: string,
  expressions: ReadonlyMap<string, string>,
  from: string
): string => {
  const columns = columnsOf(table).map((column) => {
    const expression = expressions.get(column) ?? notLoaded(table, column)
    return `${expression} AS ${quoted(column)}`
  })
  return `CREATE OR REPLACE VIEW ${view} AS SELECT ${columns.join(", ")} FROM ${from}`
}
