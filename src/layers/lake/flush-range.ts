/** Writes the rows of a range of the log into the lake. */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, Stream } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import {
  type LakeTable,
  lakeColumns,
  lakePrices,
  selectRange,
  selectRows,
  selectWholes
} from "../../domain/read/lake.ts"
import type { StagedColumn } from "../duckdb/staging/chunk.ts"
import { columnsOf, kindOf } from "../duckdb/staging/kinds.ts"
import { columnsOfRows, fillStaged } from "../duckdb/staging/staged-table.ts"
import { CHUNK_ROWS } from "../duckdb/staging/vectors.ts"
import type { Snapshot, SqliteValue } from "../sqlite/database/Snapshot.ts"
import { contentsByMonth } from "./contents.ts"
import { writeLakeFile } from "./lake-file.ts"
import { stageNewPrices } from "./new-prices.ts"
import type { LakeFile } from "./records.ts"
import { type NewRows, replaceRows } from "./replaced.ts"
import type { Workshop } from "./workshop.ts"

/** A range of the log: the observations after one seq up to another. */
export interface FlushRange {
  readonly after: number
  readonly upTo: number
}

/** The files of one table that a range of the log changes, and how many rows. */
export interface FlushedRange {
  readonly added: ReadonlyArray<LakeFile>
  readonly retired: ReadonlyArray<LakeFile>
  readonly rows: number
  readonly replaced: number
}

const NOTHING: FlushedRange = { added: [], retired: [], rows: 0, replaced: 0 }

/** Reads rows of SQLite into a table of DuckDB, and returns its name. */
const stage = (
  { duck }: Workshop,
  snapshot: Snapshot,
  name: string,
  columns: ReadonlyArray<StagedColumn>,
  sql: string,
  params: ReadonlyArray<SqliteValue>
) =>
  Effect.as(
    fillStaged(duck, {
      name,
      columns,
      chunks: Stream.map(snapshot.batches(sql, CHUNK_ROWS, params), columnsOfRows)
    }),
    `staged.${quoted(name)}`
  )

/** Reads the new rows into DuckDB, and what was observed as a whole. */
const stageNew = (
  workshop: Workshop,
  snapshot: Snapshot,
  lakeTable: LakeTable,
  params: readonly [first: SqliteValue, last: SqliteValue, after: number, upTo: number]
): Effect.Effect<NewRows, StorageFailed> =>
  Effect.gen(function* () {
    const { replaces, table, wholes } = lakeTable
    const kinds = (columns: ReadonlyArray<string>): ReadonlyArray<StagedColumn> =>
      columns.map((name) => ({ name, kind: name === "seq" ? "integer" : kindOf(table, name) }))
    const [first, last, after, upTo] = params
    const name =
      lakeTable === lakePrices
        ? yield* stageNewPrices(workshop, snapshot, {
            first: Number(first),
            last: Number(last),
            after,
            upTo
          })
        : yield* stage(
            workshop,
            snapshot,
            "new_rows",
            kinds(lakeColumns(table)),
            selectRows(lakeTable, columnsOf(table)),
            params
          )
    if (wholes === undefined) return { lakeTable, name, observed: name }
    const sql = selectWholes(lakeTable, wholes)
    const observed = yield* stage(workshop, snapshot, "observed", kinds(replaces), sql, params)
    return { lakeTable, name, observed }
  })

/** Returns the contents of the rows of a range by month, without writing them. Call it for one range at a time. */
export const contentsOfRange = (
  workshop: Workshop,
  snapshot: Snapshot,
  lakeTable: LakeTable,
  { after, upTo }: FlushRange
) =>
  Effect.gen(function* () {
    const [[first, last] = []] = yield* snapshot.query(selectRange(lakeTable), [after, upTo])
    if (first === null || first === undefined || last === undefined) return []
    const { name } = yield* stageNew(workshop, snapshot, lakeTable, [first, last, after, upTo])
    const months = yield* contentsByMonth(workshop, lakeTable.table, lakeTable.time, name)
    yield* workshop.duck.run("DROP SCHEMA staged CASCADE")
    return months
  })

/** Writes the rows of one table into files of each month. The caller commits them. */
export const flushRange = (
  workshop: Workshop,
  snapshot: Snapshot,
  lakeTable: LakeTable,
  { after, upTo }: FlushRange,
  files: ReadonlyArray<LakeFile>
): Effect.Effect<FlushedRange, StorageFailed> =>
  Effect.gen(function* () {
    const { table, time } = lakeTable
    const [[first, last] = []] = yield* snapshot.query(selectRange(lakeTable), [after, upTo])
    if (first === null || first === undefined || last === undefined) return NOTHING
    const newRows = yield* stageNew(workshop, snapshot, lakeTable, [first, last, after, upTo])
    const replaced = yield* replaceRows(workshop, newRows, files, upTo)
    const months = yield* contentsByMonth(workshop, table, time, newRows.name)
    const added = yield* Effect.forEach(months, ({ month, ...contents }) =>
      writeLakeFile(workshop, {
        table,
        level: "hour",
        month,
        time,
        seq: upTo,
        from:
          months.length === 1
            ? newRows.name
            : `(FROM ${newRows.name} WHERE strftime(${time}, '%Y-%m') = '${month}')`,
        contents
      })
    )
    yield* workshop.duck.run("DROP SCHEMA staged CASCADE")
    return {
      added: [...replaced.added, ...added],
      retired: replaced.retired,
      rows: months.reduce((sum, { rows }) => sum + rows, 0),
      replaced: replaced.rows
    }
  })
