/**
 * The lake: Parquet files that hold the rows of the fact tables up to a seq of the log, the watermark. Rows of later
 * observations, the tail, are read from SQLite. The other tables are kept in the lake as they were at a flush.
 */
import { candlesticks as candlesticksProjection } from "./candlesticks/projection.ts"
import { candlePages, candlesticks } from "./candlesticks/table.ts"
import { publicTables } from "./catalog.ts"
import { events as eventsProjection } from "./events/projection.ts"
import { eventHistory, eventRows } from "./events/table.ts"
import { markets as marketsProjection } from "./markets/projection.ts"
import { marketHistory, marketRows } from "./markets/table.ts"
import { orderbooks } from "./orderbooks/projection.ts"
import { orderbookPages, orderbookSnapshots } from "./orderbooks/table.ts"
import { priceSnapshots as pricesProjection } from "./prices/projection.ts"
import { pricePages, priceSnapshots } from "./prices/table.ts"
import { series as seriesProjection } from "./series/projection.ts"
import { seriesHistory, seriesRows } from "./series/table.ts"
import { trades as tradesProjection } from "./trades/projection.ts"
import { tradePages, trades } from "./trades/table.ts"
import type { Versions } from "./versions.ts"
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
  /** The unit of the leading column, in microseconds. */
  readonly unit: number
  /** The seq of the observation that a row was last read from, as the view's `SELECT` names it. */
  readonly seq: string
  /** How far behind the range of its page a row may lie, in units of the leading column. */
  readonly slack: number
  /**
   * The columns that a row has in common with the rows of earlier observations whose place it takes. A level of a
   * book takes the place of all levels of an earlier answer, and a trade that of the trade with its id.
   */
  readonly replaces: ReadonlyArray<string>
  /** The `FROM` of what was observed as a whole, which takes the place of earlier rows even if it has no rows. */
  readonly wholes?: string
}

export const lakePrices: LakeTable = {
  table: priceSnapshots,
  version: pricesProjection.version,
  time: "snapshot_time",
  pages: pricePages.name,
  lead: "t.slot",
  unit: 1_000_000,
  seq: "p.seq",
  slack: 0,
  replaces: priceSnapshots.key
}

/** A version is of one observation, so no other takes its place. */
const history = (table: View, { pages }: Versions, version: number): LakeTable => ({
  table,
  version,
  time: "observed_at",
  pages: pages.name,
  lead: "v.observed",
  unit: 1,
  seq: "v.seq",
  slack: 0,
  replaces: table.key
})

export const lakeTables: ReadonlyArray<LakeTable> = [
  lakePrices,
  {
    table: orderbookSnapshots,
    version: orderbooks.version,
    time: "snapshot_time",
    pages: orderbookPages.name,
    lead: "t.slot",
    unit: 1_000_000,
    seq: "b.seq",
    slack: 0,
    replaces: ["snapshot_time", "ticker"],
    wholes: `FROM orderbook_slots t
      JOIN orderbook_books b ON b.slot = t.slot
      JOIN market_numbers n ON n.market = b.market`
  },
  {
    table: trades,
    version: tradesProjection.version,
    time: "created_time",
    pages: tradePages.name,
    lead: "t.created",
    unit: 1,
    seq: "t.seq",
    // A page may have sent the second of a trade whose stored time has microseconds.
    slack: 999_999,
    replaces: ["trade_id"]
  },
  {
    table: candlesticks,
    version: candlesticksProjection.version,
    time: "end_time",
    pages: candlePages.name,
    lead: "t.end_seconds",
    unit: 1_000_000,
    seq: "c.seq",
    slack: 0,
    replaces: candlesticks.key
  },
  history(marketHistory, marketRows.versions, marketsProjection.version),
  history(eventHistory, eventRows.versions, eventsProjection.version),
  history(seriesHistory, seriesRows.versions, seriesProjection.version)
]

/** The tables that the lake holds as they were at a flush, each in one file. The log itself is in the archive. */
export const wholeTables: ReadonlyArray<PublicTable> = publicTables.filter(
  (table) => table.name !== "observations" && !lakeTables.some((one) => one.table === table)
)

/** Returns the `SELECT` of the range of the leading key that holds the rows of the pages after one seq up to another. */
export const selectRange = ({ pages, slack }: LakeTable): string =>
  `SELECT min(first), max(last) + ${slack} FROM ${pages} WHERE seq > ? AND seq <= ?`

/**
 * Returns the `SELECT` of the rows of these pages: `seq`, and the columns of the public table. Its parameters are the
 * first and the last value of the range, and the seqs between which the rows lie: after one, up to the other.
 */
export const selectRows = (lakeTable: LakeTable, columns: ReadonlyArray<string>): string => {
  const { seq, table } = lakeTable
  const list = [`${seq} AS seq`, ...shownColumns(table, withoutSeq(columns))]
  return `SELECT ${list.join(", ")} ${table.from} ${table.from.includes("WHERE") ? "AND" : "WHERE"} ${inRange(lakeTable)}`
}

/**
 * Returns the `SELECT` of the values of `replaces` of what these pages observed as a whole. Its parameters are those
 * of `selectRows`.
 */
export const selectWholes = (lakeTable: LakeTable, wholes: string): string =>
  `SELECT ${shownColumns(lakeTable.table, lakeTable.replaces).join(", ")} ${wholes} WHERE ${inRange(lakeTable)}`

const withoutSeq = (columns: ReadonlyArray<string>): ReadonlyArray<string> =>
  columns.filter((column) => column !== "seq")

/** Returns the columns of the rows that the lake holds: `seq`, which the table may have or not, and the others. */
export const lakeColumns = ({ columns }: PublicTable): ReadonlyArray<string> => [
  "seq",
  ...withoutSeq(Object.keys(columns))
]

const shownColumns = ({ shown }: View, columns: ReadonlyArray<string>): ReadonlyArray<string> =>
  columns.map((column) => `${shown[column]?.sql} AS ${column}`)

const inRange = ({ lead, seq }: LakeTable): string => `${lead} BETWEEN ? AND ? AND ${seq} > ? AND ${seq} <= ?`
