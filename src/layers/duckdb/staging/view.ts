/** The view of a public table in DuckDB. */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import type { PublicTable } from "../../../domain/read/view.ts"
import { columnsOf, sqlType } from "./kinds.ts"

/** Returns the statement that makes the view: the expressions of the columns that were read, NULL for the others. */
export const viewSql = (
  table: PublicTable,
  expressions: ReadonlyMap<string, string>,
  from: string
): string => {
  const columns = columnsOf(table).map((column) => {
    const expression = expressions.get(column) ?? `NULL::${sqlType(table, column)}`
    return `${expression} AS ${quoted(column)}`
  })
  return `CREATE OR REPLACE VIEW main.${quoted(table.name)} AS SELECT ${columns.join(", ")} FROM ${from}`
}
