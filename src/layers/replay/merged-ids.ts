/** The statements of a merge, and the ids of the merged database in the place of those of a part. */
import { Effect } from "effect"
import type { StoredTable } from "../../domain/read/table.ts"
import { Database } from "../sqlite/database/Database.ts"

/** Runs a statement of the merge. */
export const run = (statement: string) =>
  Effect.flatMap(Database, ({ sql }) => sql.unsafe(statement).unprepared)

/** The temporary table that maps the ids of the part to those of the merged database. */
export const idsOf = (idTable: string) => `${idTable}_of_part`

/** Builds the SQL of a column of the part's row `r`, or of another value of it, with the ids of the merged database. */
export const merged =
  ({ definitions }: StoredTable) =>
  (column: string, value = `r.${column}`) => {
    const idTable = definitions[column]?.idTable
    return idTable === undefined ? value : `(SELECT merged FROM ${idsOf(idTable)} WHERE part = ${value})`
  }
