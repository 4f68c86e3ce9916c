/** `series`: kinds of events with their contract, sources and fees, as last described. */
import { type Columns, cell, contracts, rowOf } from "../entity-cells.ts"
import { type EntityTable, entityRow, type Projection } from "../projection.ts"
import type { Series } from "./series.ts"
import * as wire from "./wire.ts"

const columns: Columns<Series> = [
  ["series_ticker", (series) => series.seriesTicker],
  ["title", (series) => cell(series.title)],
  ["category", (series) => cell(series.category)],
  ["categories", (series) => cell(series.categories)],
  ["tags", (series) => cell(series.tags)],
  ["frequency", (series) => cell(series.frequency)],
  ["fee_type", (series) => cell(series.feeType)],
  ["fee_multiplier", (series) => cell(series.feeMultiplier)],
  ["contract_url", (series) => cell(series.contractUrl)],
  ["contract_terms_url", (series) => cell(series.contractTermsUrl)],
  ["settlement_sources", (series) => cell(series.settlementSources)],
  ["additional_prohibitions", (series) => cell(series.additionalProhibitions)],
  ["volume", (series) => contracts(series.volume)],
  ["last_updated_ts", (series) => cell(series.lastUpdatedTime)],
  ["exchange_index", (series) => cell(series.exchangeIndex)]
]

const table: EntityTable = { kind: "entities", name: "series_rows", columns: columns.map(([name]) => name) }

const cellsOf = rowOf(columns)

export const series: Projection = {
  name: "series",
  version: 2,
  tables: [table],
  reads: ({ endpoint }) => endpoint === "GET /series" || endpoint === "GET /series/{series_ticker}",
  project: (reading) => {
    const { items, problems } = reading.items(wire.series)
    return { rows: [{ table, rows: items.map((one) => entityRow(cellsOf(one), false)) }], problems }
  }
}
