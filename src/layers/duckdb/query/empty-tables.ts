import { quotedIdentifier as quoted } from "@duckdb/node-api"
import type { Effect } from "effect"
import { publicTables } from "../../../domain/read/catalog.ts"
import type { Duck } from "../Duck.ts"
import { columnsOf, sqlType } from "../staging/kinds.ts"

/** Creates all tables without rows in a schema, so that DuckDB can plan the statement. */
export const createEmptyTables = <E>(duck: Duck<E>, schema = "main"): Effect.Effect<void, E> =>
  duck.runAll(
    publicTables.map((table) => {
      const columns = columnsOf(table).map((column) => `${quoted(column)} ${sqlType(table, column)}`)
      return `CREATE TABLE ${schema}.${quoted(table.name)} (${columns.join(", ")})`
    })
  )
