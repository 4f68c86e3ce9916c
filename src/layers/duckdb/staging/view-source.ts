/** Reads a table through its view in SQLite. */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, Stream } from "effect"
import type { PublicTable } from "../../../domain/read/view.ts"
import { slotText } from "../../../domain/units/time.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import type { StagedColumn } from "./chunk.ts"
import { columnsOf, kindOf } from "./kinds.ts"
import { columnsOfRows, fillStaged } from "./staged-table.ts"
import type { TableSource } from "./table-source.ts"
import { CHUNK_ROWS } from "./vectors.ts"
import { viewSql } from "./view.ts"

const isTime = (table: PublicTable, column: string): boolean => {
  const kind = kindOf(table, column)
  return kind === "slot" || kind === "time"
}

export const viewSource = <E>(duck: Duck<E>, snapshot: Snapshot, table: PublicTable): TableSource<E> => ({
  stage: ({ columns, onRows, range, timesAsText = false }) =>
    Effect.gen(function* () {
      // Where no column is wanted, the first one counts the rows.
      const names = columns.length > 0 ? columns : columnsOf(table).slice(0, 1)
      const staged: ReadonlyArray<StagedColumn> = names.map((name) => ({
        name,
        kind: timesAsText && isTime(table, name) ? "text" : kindOf(table, name)
      }))
      const where =
        range === undefined
          ? ""
          : ` WHERE snapshot_time BETWEEN '${slotText(range.from)}' AND '${slotText(range.to)}'`
      const sql = `SELECT ${names.map(quoted).join(", ")} FROM ${quoted(table.name)}${where}`
      const rows = yield* fillStaged(duck, {
        name: table.name,
        columns: staged,
        chunks: Stream.map(snapshot.batches(sql, CHUNK_ROWS), columnsOfRows),
        ...(onRows === undefined ? {} : { onRows })
      })
      const expressions = new Map(names.map((name) => [name, quoted(name)]))
      yield* duck.run(viewSql(table, expressions, `staged.${quoted(table.name)}`))
      return rows
    })
})
