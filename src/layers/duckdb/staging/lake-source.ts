/**
 * Reads a table of facts from the lake, and the rows that were read from the log after its watermark from SQLite. A
 * row that was read again since takes the place of the one in the lake.
 */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, Stream } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import { type LakeTable, selectRows, selectWholes } from "../../../domain/read/lake.ts"
import { trades } from "../../../domain/read/trades/table.ts"
import type { LakeFile } from "../../lake/records.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import { type Bounds, type ColumnBounds, conditionsOf, NO_BOUNDS, type Span, within } from "./bounds.ts"
import { columnsOf, kindOf } from "./kinds.ts"
import { checkFiles, filesWithin, lastOf, rowsOfFiles } from "./lake-files.ts"
import { columnsOfRows, fillStaged } from "./staged-table.ts"
import type { TableSource } from "./table-source.ts"
import { rangeAfter } from "./tail.ts"
import { CHUNK_ROWS } from "./vectors.ts"
import { viewOf } from "./view.ts"

/** The difference of time up to which a trade is found that is sent again with more or fewer digits, in microseconds. */
const AROUND_MICROS = 1_000_000

/** The part of a table that is in the lake. */
export interface LakePart {
  readonly lakeTable: LakeTable
  /** The folder of the lake. */
  readonly folder: string
  /** The seq of the log up to which the lake has the rows. */
  readonly seq: number
  readonly files: ReadonlyArray<LakeFile>
}

/** The current files of a table: those with rows that the tail replaces, and the others. */
interface Reading {
  readonly replaced: ReadonlyArray<LakeFile>
  readonly others: ReadonlyArray<LakeFile>
}

const list = (columns: ReadonlyArray<string>): string => columns.map(quoted).join(", ")

const observedOf = ({ table }: LakeTable): string => `${table.name}_observed`
const replacedOf = ({ table }: LakeTable): string => `staged.${quoted(`${table.name}_replaced`)}`

const slackOf = ({ table }: LakeTable): number => (table === trades ? AROUND_MICROS : 0)

/** Widens a span of times by the difference that a row and the one that it replaces may have. */
const widened = ({ from, to }: ColumnBounds, micros: number): ColumnBounds => ({
  ...(typeof from === "number" ? { from: from - micros } : {}),
  ...(typeof to === "number" ? { to: to + micros } : {})
})

/** Stages the keys of the tail in a span of the leading key. Only what a replaced row has too can narrow them. */
const stageObserved = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  { lakeTable, seq }: LakePart,
  { from, to }: Span,
  bounds: Bounds
): Effect.Effect<number, E | StorageFailed> => {
  const { replaces, table, time, wholes } = lakeTable
  const keyBounds = new Map([...bounds].filter(([column]) => replaces.includes(column) && column !== time))
  const select = wholes === undefined ? selectRows(lakeTable, replaces) : selectWholes(lakeTable, wholes)
  const conditions = conditionsOf(table, keyBounds, (column) => String(table.shown[column]?.sql))
  const sql = `SELECT DISTINCT ${list(replaces)} FROM (${[select, ...conditions].join(" AND ")})`
  return fillStaged(duck, {
    name: observedOf(lakeTable),
    columns: replaces.map((name) => ({ name, kind: kindOf(table, name) })),
    chunks: Stream.map(
      snapshot.batches(sql, CHUNK_ROWS, [from, to, seq, Number.MAX_SAFE_INTEGER]),
      columnsOfRows
    )
  })
}

/** Finds the rows of the files that the tail replaces. Usually the tail begins after all files, and there are none. */
const findReplaced = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  part: LakePart,
  bounds: Bounds
): Effect.Effect<Reading, E | StorageFailed> =>
  Effect.gen(function* () {
    const { files, folder, lakeTable, seq } = part
    const none: Reading = { replaced: [], others: files }
    const { replaces, time, unit } = lakeTable
    const slack = slackOf(lakeTable)
    const last = Math.max(...files.map(lastOf))
    const asked = within(
      widened(bounds.get(time) ?? {}, slack),
      yield* rangeAfter(lakeTable, snapshot, seq),
      unit
    )
    const span = within({ to: last + slack }, asked, unit)
    if (span.from > span.to) return none
    const near = widened({ from: span.from * unit, to: span.to * unit }, slack)
    const replaced = filesWithin(files, near)
    if (replaced.length === 0) return none
    if ((yield* stageObserved(duck, snapshot, part, span, bounds)) === 0) return none
    const counted = yield* duck.run(
      `CREATE OR REPLACE TABLE ${replacedOf(lakeTable)} AS
       SELECT ${list(replaces)} FROM staged.${quoted(observedOf(lakeTable))}
       SEMI JOIN ${rowsOfFiles(folder, replaced)} USING (${list(replaces)})`
    )
    const [[count = 0] = []] = yield* Effect.promise(() => counted.getRows())
    return Number(count) === 0 ? none : { replaced, others: files.filter((file) => !replaced.includes(file)) }
  })

const viewSql = (
  { folder, lakeTable }: LakePart,
  { others, replaced }: Reading,
  tail: string,
  view: string
): string => {
  const { replaces, table } = lakeTable
  const columns = list(columnsOf(table))
  const parts = [
    ...(others.length === 0 ? [] : [rowsOfFiles(folder, others)]),
    ...(replaced.length === 0
      ? []
      : [`${rowsOfFiles(folder, replaced)} ANTI JOIN ${replacedOf(lakeTable)} USING (${list(replaces)})`]),
    tail
  ]
  const selects = parts.map((part) => `SELECT ${columns} FROM ${part}`)
  return `CREATE OR REPLACE VIEW ${view} AS ${selects.join(" UNION ALL ")}`
}

/** Returns the source of a table of which the lake holds a part. `tail` reads the rows that are in SQLite. */
export const lakeSource = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  whole: LakePart,
  tail: TableSource<E>
): TableSource<E> => ({
  stage: (options) =>
    Effect.gen(function* () {
      const { lakeTable, seq } = whole
      const { bounds = NO_BOUNDS, view = viewOf(lakeTable.table) } = options
      const part = { ...whole, files: filesWithin(whole.files, bounds.get(lakeTable.time) ?? {}) }
      yield* checkFiles(part.folder, part.files)
      const tailView = `staged.${quoted(`${lakeTable.table.name}_tail`)}`
      const rows = yield* tail.stage({ ...options, after: seq, view: tailView })
      const reading = yield* findReplaced(duck, snapshot, part, bounds)
      yield* duck.run(viewSql(part, reading, tailView, view))
      return rows
    })
})
