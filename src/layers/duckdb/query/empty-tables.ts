import { quotedIdentifier as quoted } from "@duckdb/node-api"
import type { Effect } from "effect"
import { publicTables } from "../../../domain/read/catalog.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { Duck } from "../Duck.ts"
import { columnsOf, sqlType } from "../staging/kinds.ts"

/** Creates tables without rows in a schema, so that DuckDB can plan statements. Those that exist stay as they are. */
export const createEmptyTables = <E>(
  duck: Duck<E>,
  schema = "main",
  tables: ReadonlyArray<PublicTable> = publicTables
): Effect.Effect<void, E> =>
  duck.runAll(
    tables.map((table) => {
      const columns = columnsOf(table).map((column) => `${quoted(column)} ${sqlType(table, column)}`)
      return `CREATE TABLE IF NOT EXISTS ${schema}.${quoted(table.name)} (${columns.join(", ")})`
    })
  )
