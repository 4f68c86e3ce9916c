/** Rows for tests of reports, as the projector would write them, and the cells of their tables. */
import type Sqlite from "better-sqlite3"
import type { ReportSection } from "../../../src/domain/reports/document.ts"
import { NO_FILTERS, type ReportFilters } from "../../../src/domain/reports/filters.ts"
import { insert } from "../duckdb/support.ts"

export const SLOT = Date.parse("2026-11-22T12:00:00Z") / 1000
export const HOUR = 3600

export const withFilters = (filters: Partial<ReportFilters>): ReportFilters => ({ ...NO_FILTERS, ...filters })

/** Returns the cells of a section's first table, row by row, in the columns of these names. */
export const cellsOf = (section: ReportSection | undefined, ...names: ReadonlyArray<string>) => {
  const { columns = [], rows = [] } = section?.tables[0] ?? {}
  const places = names.map((name) => columns.findIndex((column) => column.name === name))
  return rows.map((row) => places.map((place) => row[place]))
}

const slotText = (slot: number) => `${new Date(slot * 1000).toISOString().slice(0, 19)}Z`

export const addRun = (
  database: Sqlite.Database,
  feed: string,
  slot: number,
  status: string,
  reason: string | null = null
) =>
  insert(database, "collection_runs", {
    feed,
    slot: slotText(slot),
    interval: HOUR,
    started_at: slotText(slot).replace("Z", ".000000Z"),
    finished_at: null,
    status,
    reason,
    pages: 1,
    items: 10,
    watermark: null
  })

export const addTrade = (
  database: Sqlite.Database,
  at: string,
  market: number,
  count: number,
  yesPrice: number,
  side: "yes" | "no" | null
) => {
  const created = Date.parse(at) * 1000
  const seq = 100 + Number(database.prepare("SELECT count(*) FROM trade_rows").pluck().get())
  insert(database, "trade_pages", { seq, observed_at: at, first: created, last: created })
  insert(database, "trade_rows", {
    created,
    trade_id: `trade-${seq}`,
    market,
    seq,
    yes_price: yesPrice,
    no_price: 100 - yesPrice,
    count,
    taker_side: side
  })
}
