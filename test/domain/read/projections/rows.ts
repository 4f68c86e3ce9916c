/** The rows that a projection makes of an observation, with each cell under the name of its column. */
import { assert } from "@effect/vitest"
import type { LoggedObservation } from "../../../../src/domain/observation.ts"
import type { EntityCell } from "../../../../src/domain/read/column.ts"
import type { Projection } from "../../../../src/domain/read/projection.ts"
import { Reading } from "../../../../src/domain/read/reading.ts"

export type Row = Readonly<Record<string, EntityCell>>

export interface Rows {
  readonly table: string
  readonly rows: ReadonlyArray<Row>
  readonly final: ReadonlyArray<boolean | undefined>
}

export const rowsOf = (projection: Projection, observation: LoggedObservation): ReadonlyArray<Rows> => {
  assert.isTrue(projection.reads(observation), `${projection.name} does not read ${observation.endpoint}`)
  return projection.project(new Reading(observation)).rows.map(({ rows, table }) => {
    assert.include(projection.tables, table, "a table that the projection does not name")
    const named = rows.map((row) => {
      const cells: ReadonlyArray<EntityCell> = "cells" in row ? row.cells() : row
      assert.strictEqual(cells.length, table.columns.length, `cells of ${table.name}`)
      return Object.fromEntries(table.columns.map((column, index) => [column, cells[index] as EntityCell]))
    })
    return {
      table: table.name,
      rows: named,
      final: rows.map((row) => ("final" in row ? row.final : undefined))
    }
  })
}

/** The rows of one table. */
export const rowsIn = (
  projection: Projection,
  table: string,
  observation: LoggedObservation
): ReadonlyArray<Row> =>
  rowsOf(projection, observation)
    .filter((rows) => rows.table === table)
    .flatMap(({ rows }) => rows)

/** The endpoints that a projection reads, among all with markets or events and some without. */
export const endpointsRead = (
  projection: Projection,
  observation: LoggedObservation
): ReadonlyArray<string> =>
  [
    "GET /markets",
    "GET /markets/{ticker}",
    "GET /events",
    "GET /events/{event_ticker}",
    "GET /historical/markets",
    "GET /historical/markets/{ticker}",
    "GET /markets/{ticker}/orderbook",
    "GET /markets/trades",
    "GET /series",
    "GET /events/{event_ticker}/metadata"
  ].filter((endpoint) => projection.reads({ ...observation, endpoint }))
