/** The SQL that inserts rows, and overwrites the rows with the same key unless the first row stands. */
import type { FactTable } from "../../domain/read/table.ts"
import { type BatchedStatement, batched, type Sql } from "./statement-batches.ts"

type UpsertTable = Pick<FactTable, "name" | "columns" | "key" | "finest" | "firstStands">

export const upsert = (sql: Sql, table: UpsertTable): BatchedStatement<never> => {
  const { columns, key, name } = table
  return batched(sql, {
    width: columns.length,
    around: (values) => `INSERT INTO ${name} (${columns.join(", ")}) ${values}
      ON CONFLICT (${key.join(", ")}) ${overwrite(table)}`
  })
}

const overwrite = ({ columns, finest, firstStands = false, key, name }: UpsertTable) => {
  const rest = columns.filter((column) => !key.includes(column))
  const set = rest.map(
    (column) =>
      `${column} = ${column === finest ? finer(`${name}.${column}`, `excluded.${column}`) : `excluded.${column}`}`
  )
  return rest.length === 0 || firstStands ? "DO NOTHING" : `DO UPDATE SET ${set.join(", ")}`
}

/**
 * Builds the SQL that chooses between two times in microseconds: the stored time if the new one is the same time
 * cut to milliseconds or seconds, otherwise the new time.
 */
const finer = (stored: string, sent: string) =>
  `CASE WHEN ${sent} IN ${truncationsOf(stored)} THEN ${stored} ELSE ${sent} END`

/** Builds the SQL list of a time in microseconds cut to milliseconds and to seconds. */
export const truncationsOf = (time: string) => `(${time} - ${time} % 1000, ${time} - ${time} % 1000000)`
