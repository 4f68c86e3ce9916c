/** Writes the rows of an observation into their tables. */
import type * as SqlError from "@effect/sql/SqlError"
import { Effect } from "effect"
import type { Cell } from "../../domain/read/column.ts"
import type { EntityRows, Projection } from "../../domain/read/projection.ts"
import { marketNumbers, sharedTexts } from "../../domain/read/schema.ts"
import type { FactTable, Table } from "../../domain/read/table.ts"
import { letTimersRun } from "../effects/let-timers-run.ts"
import type { CarryOver } from "./carry-over.ts"
import type { Decoded, TableRows } from "./decoding/decode.ts"
import { entityWriter, type TableIds } from "./entity-writer.ts"
import * as Ids from "./ids.ts"
import { blaming, type Unwritable } from "./refusals.ts"
import type { Sql } from "./statement-batches.ts"
import { upsert } from "./upsert.ts"
import type { RowOrigin } from "./version-writer.ts"

export interface TableWriter {
  /** Writes the rows of one observation. Call it inside a transaction. */
  readonly write: (decoded: Decoded) => Effect.Effect<void, SqlError.SqlError | Unwritable>
  /** Forgets the cached ids. Call it after a rollback of a transaction or savepoint. */
  readonly forget: Effect.Effect<void>
}

export const make = (sql: Sql, projections: ReadonlyArray<Projection>, carryOver: CarryOver): TableWriter => {
  const ids: TableIds = { markets: Ids.make(sql, marketNumbers), texts: Ids.make(sql, sharedTexts) }
  const writers = new Map(
    projections
      .flatMap(({ tables }) => tables)
      .map((table) => [table.name, tableWriter(sql, table, ids, carryOver)])
  )
  const writeTable = ({ projection, rows }: TableRows, origin: RowOrigin) =>
    Effect.suspend(() => {
      const write = writers.get(rows.table.name)
      if (write === undefined)
        throw new Error(`a projection makes rows of ${rows.table.name}, which is not among its tables`)
      return write(rows, origin)
    }).pipe(blaming(projection), Effect.zipLeft(letTimersRun))
  return {
    write: (decoded) =>
      Effect.forEach(decoded.tables, (rows) => writeTable(rows, decoded), { discard: true }),
    forget: Effect.sync(() => {
      ids.markets.forget()
      ids.texts.forget()
    })
  }
}

type Write = (rows: TableRows["rows"], origin: RowOrigin) => Effect.Effect<void, SqlError.SqlError>

const tableWriter = (sql: Sql, table: Table, ids: TableIds, carryOver: CarryOver): Write => {
  if (table.kind === "facts") {
    const write = factWriter(sql, table, ids.markets)
    return ({ rows }) => write(rows as ReadonlyArray<ReadonlyArray<Cell>>)
  }
  const write = entityWriter(sql, table, ids, carryOver)
  return (rows, origin) => write((rows as EntityRows).rows, origin)
}

const factWriter = (sql: Sql, table: FactTable, markets: Ids.Ids) => {
  const write = upsert(sql, table)
  const market = table.columns.findIndex(
    (column) => table.definitions[column]?.idTable === marketNumbers.name
  )
  return (rows: ReadonlyArray<ReadonlyArray<Cell>>): Effect.Effect<void, SqlError.SqlError> =>
    market === -1
      ? write(rows)
      : Effect.flatMap(markets.of(rows.map((row) => [row[market] as string])), (ids) =>
          write(rows.map((row, i) => row.with(market, ids[i] as number)))
        )
}
