/** `historical_cutoff`: where the exchange's live tier ended and its archive began, whenever it was asked. */
import { TIER_BOUNDARY } from "../../endpoints.ts"
import { cell } from "../cells.ts"
import type { FactTable, Projection } from "../projection.ts"
import * as wire from "./wire.ts"

const table: FactTable = {
  kind: "facts",
  name: "cutoff_rows",
  columns: ["seq", "market_settled_ts", "trades_created_ts", "observed_at"],
  key: ["seq"]
}

export const cutoff: Projection = {
  name: "historical_cutoff",
  version: 2,
  tables: [table],
  reads: ({ endpoint }) => endpoint === TIER_BOUNDARY,
  project: (reading) => {
    const { items, problems } = reading.items(wire.cutoffs)
    const { observedAt, seq } = reading.observation
    const rows = items.map(({ marketsSettled, tradesCreated }) => [
      seq,
      cell(marketsSettled),
      cell(tradesCreated),
      observedAt
    ])
    return { rows: [{ table, rows }], problems }
  }
}
