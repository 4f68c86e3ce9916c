/** The views of the public tables in DuckDB. */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import type { PublicTable } from "../../../domain/read/view.ts"
import { columnsOf, sqlType } from "./kinds.ts"

/** Returns the name of the view that has a table's name. */
export const viewOf = (table: PublicTable): string => `main.${quoted(table.name)}`

/** Returns the statement that makes a view: the expressions of the columns that were read, NULL for the others. */
export const viewSql = (
  table: PublicTable,
  view: string,
  expressions: ReadonlyMap<string, string>,
  from: string
): string => {
  const columns = columnsOf(table).map((column) => {
    const expression = expressions.get(column) ?? `NULL::${sqlType(table, column)}`
    return `${expression} AS ${quoted(column)}`
  })
  return `CREATE OR REPLACE VIEW ${view} AS SELECT ${columns.join(", ")} FROM ${from}`
}
