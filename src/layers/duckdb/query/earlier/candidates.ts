/**
 * Finds the facts that were read after a seq, and may have been read before it too: the last reading of them in the
 * tables hides what was known.
 */
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, Stream } from "effect"
import type { AsOf } from "../../../../domain/answers/tables-as-of.ts"
import type { StorageFailed } from "../../../../domain/errors.ts"
import { selectRows } from "../../../../domain/read/lake.ts"
import type { Reread } from "../../../../domain/read/rereads.ts"
import type { Snapshot } from "../../../sqlite/database/Snapshot.ts"
import type { Duck } from "../../Duck.ts"
import { type Bounds, bothOf, conditionsOf, conditionsOn, type Span, within } from "../../staging/bounds.ts"
import { kindOf, sqlType } from "../../staging/kinds.ts"
import { checkFiles, filesWithin, type OpenLake, rowsOfFiles } from "../../staging/lake-files.ts"
import { columnsOfRows, fillStaged } from "../../staging/staged-table.ts"
import { AFTER_ALL, BEFORE_ALL, rangeBetween } from "../../staging/tail.ts"
import { CHUNK_ROWS } from "../../staging/vectors.ts"

/** The facts that may have been read before. The relation has their key, market and time, and `micros`, the time in microseconds since 1970. */
export interface Candidates {
  readonly table: string
  /** Their times, in microseconds since 1970. */
  readonly span: Span
  /** Pages whose facts all lie before this time may have left SQLite, in microseconds; 0 if no page has. */
  readonly prunedBefore: number
}

const keyColumnsOf = ({ hot: { lake } }: Reread): ReadonlyArray<string> => [
  ...new Set([...lake.replaces, "ticker", lake.time])
]

/** Returns the time before which pages have left SQLite, in microseconds since 1970. */
const findPrunedBefore = ({ hot }: Reread, snapshot: Snapshot): Effect.Effect<number, StorageFailed> =>
  Effect.gen(function* () {
    const tables = yield* snapshot.query("SELECT 1 FROM sqlite_schema WHERE name = 'hot_cutoffs'")
    // A data directory of an earlier version has pruned none.
    if (tables.length === 0) return 0
    const [[lead = null] = []] = yield* snapshot.query(
      "SELECT max(before_lead) FROM hot_cutoffs WHERE table_name = ?",
      [hot.lake.table.name]
    )
    return lead === null ? 0 : Number(lead) * hot.lake.unit
  })

/** Returns the times that facts known by then can have, in microseconds since 1970. It may be empty. */
const findKnownSpan = (
  { ahead, around, hot }: Reread,
  snapshot: Snapshot,
  { micros, seq }: AsOf,
  prunedBefore: number
): Effect.Effect<Span, StorageFailed> =>
  Effect.gen(function* () {
    const { pages, unit } = hot.lake
    const [[first = null, last = null] = []] = yield* snapshot.query(
      `SELECT min(first), max(last) FROM ${pages} WHERE seq <= ?`,
      [seq]
    )
    const from = prunedBefore > 0 || first === null ? 0 : Number(first) * unit
    const to = Math.max(last === null ? -1 : Number(last) * unit, Math.min(prunedBefore, micros + ahead) - 1)
    return { from: Math.max(0, from - around), to: to < 0 ? -1 : to + around }
  })

/** Returns the bounds of columns that every reading of a fact has alike. */
const keyBoundsOf = ({ hot: { lake } }: Reread, bounds: Bounds): Bounds =>
  new Map(
    [...bounds].filter(([column]) => column !== lake.time && [...lake.replaces, "ticker"].includes(column))
  )

const stageTail = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  reread: Reread,
  options: { readonly span: Span; readonly bounds: Bounds; readonly after: number; readonly name: string }
): Effect.Effect<number, E | StorageFailed> =>
  Effect.gen(function* () {
    const { lake } = reread.hot
    const { after, bounds, name, span } = options
    const columns = keyColumnsOf(reread)
    const range = within(span, yield* rangeBetween(lake, snapshot, { after }), lake.unit)
    const conditions = conditionsOf(lake.table, bounds, (column) => String(lake.table.shown[column]?.sql))
    const sql = [selectRows(lake, columns), ...conditions].join(" AND ")
    return yield* fillStaged(duck, {
      name,
      columns: columns.map((column) => ({ name: column, kind: kindOf(lake.table, column) })),
      chunks: Stream.map(
        snapshot.batches(`SELECT ${columns.map(quoted).join(", ")} FROM (${sql})`, CHUNK_ROWS, [
          range.from,
          range.to,
          after,
          AFTER_ALL
        ]),
        columnsOfRows
      )
    })
  })

/** Stages the candidates of a query, which needs rows within bounds only. Returns `undefined` if there is none. */
export const stageCandidates = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  { files, folder, watermarks }: OpenLake,
  reread: Reread,
  asOf: AsOf,
  bounds: Bounds
): Effect.Effect<Candidates | undefined, E | StorageFailed> =>
  Effect.gen(function* () {
    const { replaces, table, time } = reread.hot.lake
    const prunedBefore = yield* findPrunedBefore(reread, snapshot)
    const known = yield* findKnownSpan(reread, snapshot, asOf, prunedBefore)
    const asked = bounds.get(time) ?? {}
    const near = {
      ...(typeof asked.from === "number" ? { from: asked.from - reread.around } : {}),
      ...(typeof asked.to === "number" ? { to: asked.to + reread.around } : {})
    }
    const span = within(bothOf(near, known), known)
    if (span.from > span.to) return undefined
    const keyBounds = keyBoundsOf(reread, bounds)
    const after = Math.max(asOf.seq, watermarks.get(table.name)?.seq ?? BEFORE_ALL)
    const tail = `${table.name}_later_tail`
    yield* stageTail(duck, snapshot, reread, { span, bounds: keyBounds, after, name: tail })
    const held = filesWithin(
      files.filter((file) => file.table === table.name),
      span
    )
    yield* checkFiles(folder, held)
    const columns = keyColumnsOf(reread).map(quoted).join(", ")
    const conditions = [
      `seq > ${asOf.seq}`,
      `${quoted(time)} BETWEEN make_timestamptz(${span.from}) AND make_timestamptz(${span.to})`,
      ...[...keyBounds].flatMap(([column, of]) =>
        conditionsOn(quoted(column), of, (value) =>
          typeof value === "number" ? `${value}::${sqlType(table, column)}` : literal(value)
        )
      )
    ]
    const parts = [
      `SELECT ${columns} FROM staged.${quoted(tail)}`,
      ...(held.length === 0
        ? []
        : [`SELECT ${columns} FROM ${rowsOfFiles(folder, held)} WHERE ${conditions.join(" AND ")}`])
    ]
    const name = `staged.${quoted(`${table.name}_later`)}`
    // The lake and the tail may both have a fact, the trades of two times too.
    yield* duck.run(
      `CREATE OR REPLACE TABLE ${name} AS
       SELECT ${columns}, epoch_us(${quoted(time)}) AS micros FROM (${parts.join(" UNION ALL ")})
       QUALIFY row_number() OVER (PARTITION BY ${replaces.map(quoted).join(", ")}, ${quoted(time)}) = 1`
    )
    const found = yield* duck.run(`SELECT min(micros), max(micros) FROM ${name}`)
    const [[from = null, to = null] = []] = yield* Effect.promise(() => found.getRows())
    return from === null || to === null
      ? undefined
      : { table: name, span: { from: Number(from), to: Number(to) }, prunedBefore }
  })
