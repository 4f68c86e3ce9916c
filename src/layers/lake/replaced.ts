/**
 * Rows of the lake whose place new rows take. Each key is in the lake once: a new row that says the same as the old one
 * is left out, and a file with an old row that says something else is written again without it.
 */
import { join } from "node:path"
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import type { LakeTable } from "../../domain/read/lake.ts"
import { trades } from "../../domain/read/trades/table.ts"
import { columnsOf } from "../duckdb/staging/kinds.ts"
import { contentsOf, parquet, timeText } from "./contents.ts"
import { namingDamage } from "./damage.ts"
import { writeLakeFile } from "./lake-file.ts"
import type { LakeFile } from "./records.ts"
import type { Workshop } from "./workshop.ts"

/**
 * The difference of time, in seconds, up to which a trade that is sent again is found in the lake. The exchange sends
 * times with more or fewer digits, which is less than a second.
 */
const AROUND_SECONDS = 3600

const OLD = "staged.old_rows"

/** The new rows of one table in DuckDB, with the column `seq`. */
export interface NewRows {
  readonly lakeTable: LakeTable
  /** The table that holds them. */
  readonly name: string
  /** The table of what was observed: its columns are at least those of `replaces`, and the time. */
  readonly observed: string
}

interface Replaced {
  readonly rows: number
  readonly retired: ReadonlyArray<LakeFile>
  readonly added: ReadonlyArray<LakeFile>
}

const NOTHING: Replaced = { rows: 0, retired: [], added: [] }

const matching = (columns: ReadonlyArray<string>) => `USING (${columns.map(quoted).join(", ")})`

/** Returns the files that can hold rows of the times of the new rows. */
const filesAround = (
  { rows }: Workshop,
  { lakeTable, observed }: NewRows,
  files: ReadonlyArray<LakeFile>
): Effect.Effect<ReadonlyArray<LakeFile>, StorageFailed> =>
  Effect.gen(function* () {
    const time = lakeTable.wholes === undefined ? lakeTable.time : "snapshot_time"
    const around = `to_seconds(${lakeTable.table === trades ? AROUND_SECONDS : 0})`
    const [[first, last] = []] = yield* rows(
      `SELECT ${timeText(`min(${time}) - ${around}`)}, ${timeText(`max(${time}) + ${around}`)} FROM ${observed}`
    )
    if (typeof first !== "string" || typeof last !== "string") return []
    return files.filter(({ firstTime, lastTime }) => (firstTime ?? "") <= last && (lastTime ?? "") >= first)
  })

/**
 * Gives a trade that was sent again with fewer digits of its time the time that the lake has, as the tables do: SQLite
 * cannot do it once the row has left it.
 */
const keepFinestTimes = ({ duck }: Workshop, { lakeTable, name }: NewRows) =>
  lakeTable.table === trades
    ? duck.run(
        `UPDATE ${name} AS n SET created_time = o.created_time FROM ${OLD} o
         WHERE o.trade_id = n.trade_id AND n.created_time <> o.created_time
           AND n.created_time IN
             (date_trunc('millisecond', o.created_time), date_trunc('second', o.created_time))`
      )
    : Effect.void

/** Removes what both sides say alike from both. */
const leaveOutSame = ({ duck }: Workshop, { lakeTable, name }: NewRows) =>
  Effect.gen(function* () {
    const columns = columnsOf(lakeTable.table).map(quoted).join(", ")
    yield* duck.run(
      `CREATE OR REPLACE TABLE staged.same_rows AS SELECT ${columns} FROM ${name} INTERSECT SELECT ${columns} FROM ${OLD}`
    )
    const equal = lakeTable.table.key.map((column) => `t.${quoted(column)} = s.${quoted(column)}`)
    for (const from of [name, OLD])
      yield* duck.run(`DELETE FROM ${from} AS t USING staged.same_rows AS s WHERE ${equal.join(" AND ")}`)
  })

/** Writes a file again without its old rows. Returns none if no row is left. */
const rewrite = (workshop: Workshop, { lakeTable }: NewRows, file: LakeFile, seq: number) =>
  Effect.gen(function* () {
    const { table, time } = lakeTable
    const from = `(
      SELECT * FROM ${parquet([join(workshop.lake, file.path)])} ANTI JOIN
      (SELECT ${table.key.map(quoted).join(", ")} FROM ${OLD} WHERE file = ${literal(file.path)}) ${matching(table.key)}
    )`
    const contents = yield* contentsOf(workshop, table, time, from)
    if (contents.rows === 0) return []
    const { level, month } = file
    return [yield* writeLakeFile(workshop, { table, level, month, time, seq, from, contents })]
  })

/**
 * Finds the rows in the current files of the table whose place new rows take, leaves out the new rows that say the
 * same, and writes the files of the others again. The caller commits the change.
 */
export const replaceRows = (
  workshop: Workshop,
  newRows: NewRows,
  files: ReadonlyArray<LakeFile>,
  seq: number
): Effect.Effect<Replaced, StorageFailed> =>
  Effect.gen(function* () {
    const around = yield* filesAround(workshop, newRows, files)
    return around.length === 0
      ? NOTHING
      : yield* replaceIn(workshop, newRows, around, seq).pipe(namingDamage(workshop.lake, around))
  })

const replaceIn = (
  workshop: Workshop,
  newRows: NewRows,
  around: ReadonlyArray<LakeFile>,
  seq: number
): Effect.Effect<Replaced, StorageFailed> =>
  Effect.gen(function* () {
    const { lakeTable, observed } = newRows
    const { duck, lake, rows } = workshop
    const pathsBelow = lake.length + 2
    yield* duck.run(
      `CREATE OR REPLACE TABLE ${OLD} AS
       SELECT * EXCLUDE (filename), substr(filename, ${pathsBelow}) AS file
       FROM ${parquet(
         around.map(({ path }) => join(lake, path)),
         ", filename = true"
       )} SEMI JOIN ${observed} ${matching(lakeTable.replaces)}`
    )
    yield* keepFinestTimes(workshop, newRows)
    yield* leaveOutSame(workshop, newRows)
    const counts = new Map(
      (yield* rows(`SELECT file, count(*) FROM ${OLD} GROUP BY file`)).map(([file, count]) => [
        String(file),
        Number(count)
      ])
    )
    const retired = around.filter(({ path }) => counts.has(path))
    const added = yield* Effect.forEach(retired, (file) => rewrite(workshop, newRows, file, seq))
    return {
      rows: [...counts.values()].reduce((sum, count) => sum + count, 0),
      retired,
      added: added.flat()
    }
  })
