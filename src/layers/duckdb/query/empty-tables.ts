import { quotedIdentifier as quoted } from "@duckdb/node-api"
import type { Effect } from "effect"
import { publicTables } from "../../../domain/read/catalog.ts"
import type { Duck } from "../Duck.ts"
import { columnsOf, sqlType } from "../staging/kinds.ts"

/** Creates all tables without rows, so that DuckDB can plan the statement. */
export const createEmptyTables = <E>(duck: Duck<E>): Effect.Effect<void, E> =>
  duck.runAll(
    publicTables.map((table) => {
      const columns = columnsOf(table).map((column) => `${quoted(column)} ${sqlType(table, column)}`)
      return `CREATE TABLE main.${quoted(table.name)} (${columns.join(", ")})`
    })
  )
