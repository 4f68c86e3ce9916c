/**
 * Reads facts as they were known at a time, from the log, where the tables have a later reading of them. What is
 * read again is usually little: the last minutes before a run of a feed, and the last candles of its walk.
 */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, Stream } from "effect"
import type { AsOf } from "../../../../domain/answers/tables-as-of.ts"
import type { StorageFailed } from "../../../../domain/errors.ts"
import type { LoggedObservation } from "../../../../domain/observation.ts"
import type { Cell } from "../../../../domain/read/column.ts"
import type { Reread } from "../../../../domain/read/rereads.ts"
import * as Decoding from "../../../projector/decoding/decode.ts"
import type { Snapshot } from "../../../sqlite/database/Snapshot.ts"
import type { Duck } from "../../Duck.ts"
import type { Bounds } from "../../staging/bounds.ts"
import type { ColumnValues } from "../../staging/chunk.ts"
import { columnsOf, kindOf } from "../../staging/kinds.ts"
import type { OpenLake } from "../../staging/lake-files.ts"
import { fillStaged } from "../../staging/staged-table.ts"
import { CHUNK_ROWS } from "../../staging/vectors.ts"
import { stageCandidates } from "./candidates.ts"
import { observationsOf } from "./logged.ts"
import { pagesWith } from "./pages.ts"

type Rows = ReadonlyArray<ReadonlyArray<Cell>>

/**
 * Returns a function that turns rows of the stored table into the columns that are staged: those of the public table,
 * with the time in microseconds since 1970, the seq, and the place in the answer.
 */
const columnsOfReadings = ({ hot: { lake }, rows, stored }: Reread) => {
  const cells = columnsOf(lake.table).map((column) => {
    const at = rows.columns.indexOf(stored[column] ?? column)
    return column === lake.time
      ? (row: ReadonlyArray<Cell>): Cell => Number(row[at]) * lake.unit
      : (row: ReadonlyArray<Cell>): Cell => row[at] ?? null
  })
  return (read: Rows, seq: number, first: number): ReadonlyArray<ColumnValues> => [
    ...cells.map((cellOf) => read.map(cellOf)),
    read.map(() => seq),
    read.map((_, index) => first + index)
  ]
}

/** Decodes observations as the projector does, into chunks of columns. */
const decoding = (reread: Reread) => {
  const decode = Decoding.make()
  const toColumns = columnsOfReadings(reread)
  return (observation: LoggedObservation): Effect.Effect<ReadonlyArray<ReadonlyArray<ColumnValues>>> =>
    Effect.map(decode(observation, [reread.hot.projection]), ({ seq, tables }) => {
      const read = tables.flatMap(({ rows: { rows, table } }) =>
        table === reread.rows ? (rows as Rows) : []
      )
      return Array.from({ length: Math.ceil(read.length / CHUNK_ROWS) }, (_, n) =>
        toColumns(read.slice(n * CHUNK_ROWS, (n + 1) * CHUNK_ROWS), seq, n * CHUNK_ROWS)
      )
    })
}

/** Selects the newest reading of each candidate. */
const selectNewest = ({ hot: { lake } }: Reread, readings: string, candidates: string): string => {
  const key = lake.replaces.map(quoted).join(", ")
  const keys = lake.replaces.map((column) =>
    column === lake.time ? `micros AS ${quoted(column)}` : quoted(column)
  )
  return `
    SELECT * FROM ${readings} SEMI JOIN (SELECT ${keys.join(", ")} FROM ${candidates}) USING (${key})
    QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY seq DESC, place DESC) = 1`
}

/**
 * Selects the times that the readings leave of a fact that was sent with several: a time that is the one before cut to
 * milliseconds or seconds does not take its place.
 */
const selectFinest = ({ hot: { lake } }: Reread, readings: string): string => {
  const key = lake.replaces.map(quoted).join(", ")
  const time = quoted(lake.time)
  return `
    SELECT ${key}, list_reduce(list(${time} ORDER BY seq, place),
      lambda kept, sent: CASE WHEN sent IN (kept - kept % 1000, kept - kept % 1000000) THEN kept ELSE sent END) AS finest
    FROM ${readings}
    SEMI JOIN (SELECT ${key} FROM ${readings} GROUP BY ${key} HAVING min(${time}) < max(${time})) USING (${key})
    GROUP BY ${key}`
}

/**
 * Stages the facts of a table that were known at a time and that the table has a later reading of, and returns the
 * name of their relation, or `undefined` if there is none.
 */
export const stageReadings = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  log: { readonly dataDir: string; readonly lake: OpenLake },
  reread: Reread,
  asOf: AsOf,
  bounds: Bounds
): Effect.Effect<string | undefined, E | StorageFailed> =>
  Effect.gen(function* () {
    const { table, time } = reread.hot.lake
    const candidates = yield* stageCandidates(duck, snapshot, log.lake, reread, asOf, bounds)
    if (candidates === undefined) return undefined
    const seqs = yield* pagesWith(duck, snapshot, log.lake, reread, asOf, candidates)
    if (seqs.length === 0) return undefined
    const columns = columnsOf(table)
    const name = `${table.name}_readings`
    yield* fillStaged(duck, {
      name,
      columns: [
        ...columns.map((column) => ({
          name: column,
          kind: column === time ? "integer" : kindOf(table, column)
        })),
        { name: "seq", kind: "integer" },
        { name: "place", kind: "integer" }
      ],
      chunks: observationsOf(log.dataDir, snapshot, seqs).pipe(
        Stream.mapEffect(decoding(reread)),
        Stream.flattenIterables
      )
    })
    const readings = `staged.${quoted(name)}`
    const known = `staged.${quoted(`${table.name}_earlier`)}`
    const newest = selectNewest(reread, readings, candidates.table)
    const finest =
      reread.rows.finest === undefined
        ? newest
        : `SELECT n.* REPLACE (coalesce(f.finest, n.${quoted(time)}) AS ${quoted(time)})
           FROM (${newest}) n LEFT JOIN (${selectFinest(reread, readings)}) f
           USING (${reread.hot.lake.replaces.map(quoted).join(", ")})`
    const shown = columns.map((column) =>
      column === time ? `make_timestamptz(${quoted(time)}) AS ${quoted(time)}` : quoted(column)
    )
    yield* duck.run(`CREATE OR REPLACE TABLE ${known} AS SELECT ${shown.join(", ")} FROM (${finest})`)
    return known
  })
