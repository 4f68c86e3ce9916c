/**
 * Reads a table of facts from the lake, and the rows that were read from the log after its watermark from SQLite. A
 * row that was read again since takes the place of the one in the lake.
 */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, Stream } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import { type LakeTable, selectRows, selectWholes } from "../../../domain/read/lake.ts"
import { trades } from "../../../domain/read/trades/table.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import { slotText } from "../../../domain/units/time.ts"
import type { LakeFile } from "../../lake/records.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import {
  type Bounds,
  bothOf,
  type ColumnBounds,
  conditionsOf,
  NO_BOUNDS,
  type Span,
  within
} from "./bounds.ts"
import { columnsOf, kindOf } from "./kinds.ts"
import { checkFiles, filesWithin, firstOf, lastOf, rowsOfFiles } from "./lake-files.ts"
import { columnsOfRows, fillStaged } from "./staged-table.ts"
import type { SlotMonth, StageOptions, TableSource } from "./table-source.ts"
import { AFTER_ALL, rangeBetween } from "./tail.ts"
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
  { bounds = NO_BOUNDS, upTo = AFTER_ALL }: StageOptions
): Effect.Effect<number, E | StorageFailed> => {
  const { replaces, table, time, wholes } = lakeTable
  const keyBounds = new Map([...bounds].filter(([column]) => replaces.includes(column) && column !== time))
  const select = wholes === undefined ? selectRows(lakeTable, replaces) : selectWholes(lakeTable, wholes)
  const conditions = conditionsOf(table, keyBounds, (column) => String(table.shown[column]?.sql))
  const sql = `SELECT DISTINCT ${list(replaces)} FROM (${[select, ...conditions].join(" AND ")})`
  return fillStaged(duck, {
    name: observedOf(lakeTable),
    columns: replaces.map((name) => ({ name, kind: kindOf(table, name) })),
    chunks: Stream.map(snapshot.batches(sql, CHUNK_ROWS, [from, to, seq, upTo]), columnsOfRows)
  })
}

/** Finds the rows of the files that the tail replaces. Usually the tail begins after all files, and there are none. */
const findReplaced = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  part: LakePart,
  options: StageOptions
): Effect.Effect<Reading, E | StorageFailed> =>
  Effect.gen(function* () {
    const { files, folder, lakeTable, seq } = part
    const none: Reading = { replaced: [], others: files }
    const { replaces, time, unit } = lakeTable
    const { bounds = NO_BOUNDS, upTo } = options
    const slack = slackOf(lakeTable)
    const last = Math.max(...files.map(lastOf))
    const asked = within(
      widened(bounds.get(time) ?? {}, slack),
      yield* rangeBetween(lakeTable, snapshot, { after: seq, upTo }),
      unit
    )
    const span = within({ to: last + slack }, asked, unit)
    if (span.from > span.to) return none
    const near = widened({ from: span.from * unit, to: span.to * unit }, slack)
    const replaced = filesWithin(files, near)
    if (replaced.length === 0) return none
    if ((yield* stageObserved(duck, snapshot, part, span, options)) === 0) return none
    const counted = yield* duck.run(
      `CREATE OR REPLACE TABLE ${replacedOf(lakeTable)} AS
       SELECT ${list(replaces)} FROM staged.${quoted(observedOf(lakeTable))}
       SEMI JOIN ${rowsOfFiles(folder, replaced)} USING (${list(replaces)})`
    )
    const [[count = 0] = []] = yield* Effect.promise(() => counted.getRows())
    return Number(count) === 0 ? none : { replaced, others: files.filter((file) => !replaced.includes(file)) }
  })

/** Returns the columns of a table of the lake, with the times as text where the tail has them so. */
const columnsIn = (table: PublicTable, timesAsText: boolean): string => {
  const formats: Readonly<Record<string, string>> = {
    slot: "%Y-%m-%dT%H:%M:%SZ",
    time: "%Y-%m-%dT%H:%M:%S.%fZ"
  }
  const columns = columnsOf(table).map((column) => {
    const format = timesAsText ? formats[kindOf(table, column)] : undefined
    return format === undefined
      ? quoted(column)
      : `strftime(${quoted(column)}, '${format}') AS ${quoted(column)}`
  })
  return columns.join(", ")
}

const viewSql = (
  { folder, lakeTable }: LakePart,
  { others, replaced }: Reading,
  tail: string,
  { range, timesAsText = false, upTo, view = viewOf(lakeTable.table) }: StageOptions
): string => {
  const { replaces, table, time } = lakeTable
  const columns = columnsIn(table, timesAsText)
  const conditions = [
    ...(range === undefined
      ? []
      : [
          `${quoted(time)} BETWEEN TIMESTAMPTZ '${slotText(range.from)}' AND TIMESTAMPTZ '${slotText(range.to)}'`
        ]),
    ...(upTo === undefined ? [] : [`seq <= ${upTo}`])
  ]
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`
  const parts = [
    ...(others.length === 0 ? [] : [rowsOfFiles(folder, others)]),
    ...(replaced.length === 0
      ? []
      : [`${rowsOfFiles(folder, replaced)} ANTI JOIN ${replacedOf(lakeTable)} USING (${list(replaces)})`])
  ]
  const selects = parts.map((part) => `SELECT ${columns} FROM ${part}${where}`)
  return `CREATE OR REPLACE VIEW ${view} AS ${[...selects, `FROM ${tail}`].join(" UNION ALL ")}`
}

/** Adds the months of the lake's files to those of the tail. */
const withMonths = (
  months: ReadonlyArray<SlotMonth>,
  files: ReadonlyArray<LakeFile>
): ReadonlyArray<SlotMonth> => {
  const all = new Map(months.map((one) => [one.month, one.range]))
  for (const file of files) {
    const range = { from: Math.floor(firstOf(file) / 1_000_000), to: Math.floor(lastOf(file) / 1_000_000) }
    const month = slotText(range.from).slice(0, "2026-11".length)
    const { from, to } = all.get(month) ?? range
    all.set(month, { from: Math.min(from, range.from), to: Math.max(to, range.to) })
  }
  return [...all]
    .map(([month, range]) => ({ month, range }))
    .sort((one, other) => (one.month < other.month ? -1 : 1))
}

/** Returns the bounds of rows that are also in a range of slots. */
const boundsIn = (lakeTable: LakeTable, { bounds = NO_BOUNDS, range }: StageOptions): Bounds => {
  if (range === undefined) return bounds
  const { time, unit } = lakeTable
  const slots = { from: range.from * unit, to: range.to * unit }
  return new Map([...bounds, [time, bothOf(bounds.get(time) ?? {}, slots)]])
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
      const bounds = boundsIn(lakeTable, options)
      const part = { ...whole, files: filesWithin(whole.files, bounds.get(lakeTable.time) ?? {}) }
      yield* checkFiles(part.folder, part.files)
      const tailView = `staged.${quoted(`${lakeTable.table.name}_tail`)}`
      const rows = yield* tail.stage({ ...options, after: seq, view: tailView })
      const reading = yield* findReplaced(duck, snapshot, part, { ...options, bounds })
      yield* duck.run(viewSql(part, reading, tailView, options))
      return rows
    }),
  ...(tail.months === undefined
    ? {}
    : { months: Effect.map(tail.months, (months) => withMonths(months, whole.files)) })
})
