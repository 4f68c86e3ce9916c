/** The contents of rows of a table, wherever they lie: how many, from when until when, and a hash of all. */
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import type { StorageFailed } from "../../domain/errors.ts"
import type { PublicTable } from "../../domain/read/view.ts"
import { columnsOf, sqlType } from "../duckdb/staging/kinds.ts"
import type { LakeFile } from "./records.ts"
import type { Workshop } from "./workshop.ts"

export type Contents = Pick<LakeFile, "contentHash" | "firstTime" | "lastTime" | "rows">

/** A column `time` of TIMESTAMPTZ as the text that `lake_files` has. */
export const timeText = (time: string): string => `strftime(${time}, '%Y-%m-%dT%H:%M:%S.%fZ')`

/** Reads Parquet files as a table, without a column of the folder that they lie in. */
export const parquet = (paths: ReadonlyArray<string>, options = ""): string =>
  `read_parquet([${paths.map(literal).join(", ")}], hive_partitioning = false${options})`

/**
 * Returns the expressions of the contents of rows. A row's hash covers all columns but the seq, so that a lake that
 * a replay has made can be compared.
 */
const expressions = (table: PublicTable, time: string | undefined): string => {
  const values = columnsOf(table).map((column) => `${quoted(column)}::${sqlType(table, column)}`)
  const [first, last] =
    time === undefined ? ["NULL", "NULL"] : [timeText(`min(${time})`), timeText(`max(${time})`)]
  return `count(*), coalesce(sum(hash(${values.join(", ")})), 0)::VARCHAR, ${first}, ${last}`
}

const contentsIn = (row: ReadonlyArray<unknown>): Contents => {
  const [rows, hash, first, last] = row
  const text = (value: unknown) => (value === null || value === undefined ? null : String(value))
  return { rows: Number(rows), contentHash: String(hash), firstTime: text(first), lastTime: text(last) }
}

/** Returns the contents of the rows of a relation, such as a table or `parquet([...])`. */
export const contentsOf = (
  { rows }: Workshop,
  table: PublicTable,
  time: string | undefined,
  from: string
): Effect.Effect<Contents, StorageFailed> =>
  Effect.map(rows(`SELECT ${expressions(table, time)} FROM ${from}`), ([row = []]) => contentsIn(row))

/** Returns the contents of the rows of each UTC month, in the order of time. */
export const contentsByMonth = (
  { rows }: Workshop,
  table: PublicTable,
  time: string,
  from: string
): Effect.Effect<ReadonlyArray<Contents & { readonly month: string }>, StorageFailed> =>
  Effect.map(
    rows(
      `SELECT ${expressions(table, time)}, strftime(${time}, '%Y-%m') AS month FROM ${from}
       GROUP BY month ORDER BY month`
    ),
    (months) => months.map((row) => ({ ...contentsIn(row), month: String(row[4]) }))
  )

/** Returns the contents of several files together. */
export const together = (
  parts: ReadonlyArray<Pick<Contents, "contentHash" | "rows">>
): Pick<Contents, "contentHash" | "rows"> => ({
  rows: parts.reduce((sum, { rows }) => sum + rows, 0),
  contentHash: parts.reduce((sum, { contentHash }) => sum + BigInt(contentHash), 0n).toString()
})
