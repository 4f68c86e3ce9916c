/** Reads a table through its view in SQLite, or through the `SELECT` beneath it. */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, Stream } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import { type LakeTable, selectRows } from "../../../domain/read/lake.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import { type Bounds, conditionsOf, NO_BOUNDS, within } from "./bounds.ts"
import type { StagedColumn } from "./chunk.ts"
import { columnsOf, kindOf } from "./kinds.ts"
import { columnsOfRows, fillStaged } from "./staged-table.ts"
import type { StageOptions, TableSource } from "./table-source.ts"
import { AFTER_ALL, BEFORE_ALL, lakeTableOf, rangeBetween } from "./tail.ts"
import { CHUNK_ROWS } from "./vectors.ts"
import { viewOf, viewSql } from "./view.ts"

const isTime = (table: PublicTable, column: string): boolean => {
  const kind = kindOf(table, column)
  return kind === "slot" || kind === "time"
}

interface Select {
  readonly sql: string
  readonly params: ReadonlyArray<number>
}

/** Selects columns of a table that is no table of the lake. */
const selectAll = (table: PublicTable, names: ReadonlyArray<string>, bounds: Bounds): Select => {
  const conditions = conditionsOf(table, bounds, quoted)
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`
  return { sql: `SELECT ${names.map(quoted).join(", ")} FROM ${quoted(table.name)}${where}`, params: [] }
}

/** Selects columns of a table of the lake, from the rows of the range of its leading key. */
const selectFacts = (
  lakeTable: LakeTable,
  snapshot: Snapshot,
  names: ReadonlyArray<string>,
  options: Pick<StageOptions, "after" | "bounds" | "range" | "upTo">
): Effect.Effect<Select, StorageFailed> =>
  Effect.gen(function* () {
    const { table, time, unit } = lakeTable
    const { after, bounds = NO_BOUNDS, upTo } = options
    const { from, to } = within(bounds.get(time), yield* rangeBetween(lakeTable, snapshot, options), unit)
    const others = new Map([...bounds].filter(([column]) => column !== time))
    const conditions = conditionsOf(table, others, (column) => String(table.shown[column]?.sql))
    const rows = [selectRows(lakeTable, names), ...conditions].join(" AND ")
    return {
      sql: `SELECT ${names.map(quoted).join(", ")} FROM (${rows})`,
      params: [from, to, after ?? BEFORE_ALL, upTo ?? AFTER_ALL]
    }
  })

export const viewSource = <E>(duck: Duck<E>, snapshot: Snapshot, table: PublicTable): TableSource<E> => ({
  stage: (options) =>
    Effect.gen(function* () {
      const { bounds = NO_BOUNDS, columns, onRows, timesAsText = false, view = viewOf(table) } = options
      // Where no column is wanted, the first one counts the rows.
      const names = columns.length > 0 ? columns : columnsOf(table).slice(0, 1)
      const staged: ReadonlyArray<StagedColumn> = names.map((name) => ({
        name,
        kind: timesAsText && isTime(table, name) ? "text" : kindOf(table, name)
      }))
      const facts = lakeTableOf(table)
      const select =
        facts === undefined
          ? selectAll(table, names, bounds)
          : yield* selectFacts(facts, snapshot, names, options)
      const rows = yield* fillStaged(duck, {
        name: table.name,
        columns: staged,
        chunks: Stream.map(snapshot.batches(select.sql, CHUNK_ROWS, select.params), columnsOfRows),
        ...(onRows === undefined ? {} : { onRows })
      })
      const expressions = new Map(names.map((name) => [name, quoted(name)]))
      yield* duck.run(viewSql(table, view, expressions, `staged.${quoted(table.name)}`))
      return rows
    })
})
