/** `events`: the questions that markets answer, as last described. */
import { boolean, type Columns, cell, rowOf } from "../entity-cells.ts"
import { type EntityTable, entityRow, type Projection } from "../projection.ts"
import type { Event } from "./event.ts"
import * as wire from "./wire.ts"

const columns: Columns<Event> = [
  ["event_ticker", (event) => event.eventTicker],
  ["series_ticker", (event) => cell(event.seriesTicker)],
  ["title", (event) => cell(event.title)],
  ["sub_title", (event) => cell(event.subTitle)],
  ["category", (event) => cell(event.category)],
  ["mutually_exclusive", (event) => boolean(event.mutuallyExclusive)],
  ["collateral_return_type", (event) => cell(event.collateralReturnType)],
  ["strike_date", (event) => cell(event.strikeTime)],
  ["strike_period", (event) => cell(event.strikePeriod)],
  ["last_updated_ts", (event) => cell(event.lastUpdatedTime)],
  ["exchange_index", (event) => cell(event.exchangeIndex)]
]

const table: EntityTable = { kind: "entities", name: "event_rows", columns: columns.map(([name]) => name) }

const cellsOf = rowOf(columns)

const endpoints = new Set(["GET /events", "GET /events/{event_ticker}", "GET /events/multivariate"])

export const events: Projection = {
  name: "events",
  version: 3,
  tables: [table],
  reads: ({ endpoint }) => endpoints.has(endpoint),
  project: (reading) => {
    const { items, problems } = reading.items(wire.events)
    return {
      rows: [{ table, rows: items.map((event) => entityRow(cellsOf(event), false)) }],
      problems
    }
  }
}
