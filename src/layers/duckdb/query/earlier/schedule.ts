/** Reads the schedule of the exchange as it was known at a time, from the log: the table has one row, of now. */
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, Option, Stream } from "effect"
import type { AsOf } from "../../../../domain/answers/tables-as-of.ts"
import type { StorageFailed } from "../../../../domain/errors.ts"
import type { LoggedObservation } from "../../../../domain/observation.ts"
import { type EntityCell, KEPT } from "../../../../domain/read/column.ts"
import { exchange, SCHEDULE } from "../../../../domain/read/exchange/projection.ts"
import { exchangeSchedule, scheduleRows } from "../../../../domain/read/exchange/table.ts"
import { observations } from "../../../../domain/read/records/table.ts"
import { sightings } from "../../../../domain/read/schema.ts"
import * as Decoding from "../../../projector/decoding/decode.ts"
import type { Snapshot, SqliteRow } from "../../../sqlite/database/Snapshot.ts"
import type { Duck } from "../../Duck.ts"
import { columnsOf, kindOf } from "../../staging/kinds.ts"
import type { OpenLake } from "../../staging/lake-files.ts"
import { wholeSourceOf } from "../../staging/sources.ts"
import { columnsOfRows, fillStaged } from "../../staging/staged-table.ts"
import { observationsOf } from "./logged.ts"

/** Finds the answers up to a seq with a schedule, the newest first. */
const findAnswers = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  lake: OpenLake,
  { seq }: AsOf
): Effect.Effect<ReadonlyArray<number>, E | StorageFailed> =>
  Effect.gen(function* () {
    const view = "staged.schedules_earlier"
    const source = yield* wholeSourceOf(duck, snapshot, observations, lake)
    yield* source.stage({
      columns: ["seq", "endpoint", "observed_at", "status"],
      bounds: new Map([
        ["seq", { to: seq }],
        ["endpoint", { values: [SCHEDULE] }]
      ]),
      view
    })
    const found = yield* duck.run(
      `SELECT seq FROM ${view} WHERE seq <= ${seq} AND status = 200 AND endpoint = ${literal(SCHEDULE)}
       ORDER BY observed_at DESC, seq DESC`
    )
    const rows = yield* Effect.promise(() => found.getRows())
    return rows.map(([one]) => Number(one))
  })

interface Told {
  readonly observedAt: string
  readonly cells: ReadonlyArray<EntityCell>
}

const decodeSchedule = (observation: LoggedObservation): Effect.Effect<Option.Option<Told>> =>
  Effect.map(Decoding.make()(observation, [exchange]), ({ observedAt, tables }) =>
    Option.fromIterable(
      tables.flatMap(({ rows: { rows, table } }) =>
        table === scheduleRows
          ? rows.map((row) => ({ observedAt, cells: "cells" in row ? row.cells() : row }))
          : []
      )
    )
  )

/** Adds what an older answer told to what newer ones left open. */
const completed = (newer: Told | undefined, older: Told): Told =>
  newer === undefined
    ? older
    : { ...newer, cells: newer.cells.map((cell, at) => (cell === KEPT ? (older.cells[at] ?? KEPT) : cell)) }

const isComplete = ({ cells }: Told): boolean => !cells.includes(KEPT)

/** Returns the row of the table that the answers make, which are read until no column is open. */
const findSchedule = (
  dataDir: string,
  snapshot: Snapshot,
  seqs: ReadonlyArray<number>
): Effect.Effect<ReadonlyArray<SqliteRow>, StorageFailed> =>
  Stream.fromIterable(seqs).pipe(
    Stream.flatMap((seq) => observationsOf(dataDir, snapshot, [seq])),
    Stream.mapEffect(decodeSchedule),
    Stream.filterMap((told) => told),
    Stream.scan(undefined, (newer: Told | undefined, older: Told): Told | undefined =>
      completed(newer, older)
    ),
    Stream.filter((told) => told !== undefined),
    Stream.takeUntil(isComplete),
    Stream.runLast,
    Effect.map(
      Option.match({
        onNone: () => [],
        onSome: ({ cells, observedAt }) => [
          columnsOf(exchangeSchedule).map((column) => {
            const cell = cells[scheduleRows.columns.indexOf(column)]
            return column === "observed_at" ? observedAt : cell === undefined || cell === KEPT ? null : cell
          })
        ]
      })
    )
  )

/**
 * Stages the schedule that was known at a time, and returns the name of its relation, or `undefined` if the table has
 * it.
 */
export const stageSchedule = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  log: { readonly dataDir: string; readonly lake: OpenLake },
  asOf: AsOf
): Effect.Effect<string | undefined, E | StorageFailed> =>
  Effect.gen(function* () {
    const later = yield* snapshot.query(`SELECT 1 FROM ${sightings(scheduleRows).name} WHERE seq > ?`, [
      asOf.seq
    ])
    if (later.length === 0) return undefined
    const row = yield* findSchedule(log.dataDir, snapshot, yield* findAnswers(duck, snapshot, log.lake, asOf))
    const name = `${exchangeSchedule.name}_earlier`
    yield* fillStaged(duck, {
      name,
      columns: columnsOf(exchangeSchedule).map((column) => ({
        name: column,
        kind: kindOf(exchangeSchedule, column)
      })),
      chunks: Stream.make(columnsOfRows(row))
    })
    return `staged.${quoted(name)}`
  })
