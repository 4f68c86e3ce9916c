/**
 * The lake: Parquet files that hold the rows of the fact tables up to a seq of the log, the watermark. Rows of later
 * observations, the tail, are read from SQLite. The other tables are kept in the lake as they were at a flush.
 */
import { candlesticks as candlesticksProjection } from "./candlesticks/projection.ts"
import { candlePages, candlesticks } from "./candlesticks/table.ts"
import { publicTables } from "./catalog.ts"
import { orderbooks } from "./orderbooks/projection.ts"
import { orderbookPages, orderbookSnapshots } from "./orderbooks/table.ts"
import { priceSnapshots as pricesProjection } from "./prices/projection.ts"
import { pricePages, priceSnapshots } from "./prices/table.ts"
import { trades as tradesProjection } from "./trades/projection.ts"
import { tradePages, trades } from "./trades/table.ts"
import type { PublicTable, View } from "./view.ts"

/** A table of facts whose rows go into the lake once, and then leave SQLite. */
export interface LakeTable {
  readonly table: View
  /** The version of the projection that makes the rows. */
  readonly version: number
  /** The column whose UTC month names the partition of a row. */
  readonly time: string
  /** The stored table of the pages that the rows come from. */
  readonly pages: string
  /** The column that leads the key of the stored rows, as the view's `SELECT` names it. */
  readonly lead: string
  /** The seq of the observation that a row was last read from, as the view's `SELECT` names it. */
  readonly seq: string
}

export const lakeTables: ReadonlyArray<LakeTable> = [
  {
    table: priceSnapshots,
    version: pricesProjection.version,
    time: "snapshot_time",
    pages: pricePages.name,
    lead: "t.slot",
    seq: "p.seq"
  },
  {
    table: orderbookSnapshots,
    version: orderbooks.version,
    time: "snapshot_time",
    pages: orderbookPages.name,
    lead: "t.slot",
    seq: "b.seq"
  },
  {
    table: trades,
    version: tradesProjection.version,
    time: "created_time",
    pages: tradePages.name,
    lead: "t.created",
    seq: "t.seq"
  },
  {
    table: candlesticks,
    version: candlesticksProjection.version,
    time: "end_time",
    pages: candlePages.name,
    lead: "t.end_seconds",
    seq: "c.seq"
  }
]

/** The tables that the lake holds as they were at a flush, each in one file. The log itself is in the archive. */
export const wholeTables: ReadonlyArray<PublicTable> = publicTables.filter(
  (table) => table.name !== "observations" && !lakeTables.some((one) => one.table === table)
)

/** Returns the `SELECT` of the range of the leading key that holds the rows of the pages after one seq up to another. */
export const selectRange = ({ pages }: LakeTable): string =>
  `SELECT min(first), max(last) FROM ${pages} WHERE seq > ? AND seq <= ?`

/**
 * Returns the `SELECT` of the rows of these pages: `seq`, and the columns of the public table. Its parameters are the
 * first and the last value of the range, and the seqs between which the rows lie: after one, up to the other.
 */
export const selectRows = ({ lead, seq, table }: LakeTable, columns: ReadonlyArray<string>): string => {
  const shown = columns.map((column) => `${table.shown[column]?.sql} AS ${column}`)
  const condition = `${lead} BETWEEN ? AND ? AND ${seq} > ? AND ${seq} <= ?`
  return `SELECT ${[`${seq} AS seq`, ...shown].join(", ")} ${table.from} ${table.from.includes("WHERE") ? "AND" : "WHERE"} ${condition}`
}
