/**
 * The hot tables: fact tables whose rows leave SQLite once the lake holds them. All other tables keep their rows for
 * ever. Rows leave in the order of time, a span after the other; a span is a slot, the end of a candle, or a quarter
 * of an hour of trades.
 */
import { periods } from "../units/period.ts"
import type { SlotSeconds } from "../units/time.ts"
import { candlesticks as candlesticksProjection } from "./candlesticks/projection.ts"
import { candleEnds, candleRows, candlesticks } from "./candlesticks/table.ts"
import { events as eventsProjection } from "./events/projection.ts"
import { eventHistory, eventRows } from "./events/table.ts"
import { type LakeTable, lakeTables } from "./lake.ts"
import { markets as marketsProjection } from "./markets/projection.ts"
import { marketHistory, marketRows } from "./markets/table.ts"
import { orderbooks as orderbooksProjection } from "./orderbooks/projection.ts"
import { orderbookBooks, orderbookLevels, orderbookSlots, orderbookSnapshots } from "./orderbooks/table.ts"
import { priceSnapshots as pricesProjection } from "./prices/projection.ts"
import { priceRows, priceSlots, priceSnapshots } from "./prices/table.ts"
import type { Projection } from "./projection.ts"
import { series as seriesProjection } from "./series/projection.ts"
import { seriesHistory, seriesRows } from "./series/table.ts"
import { trades as tradesProjection } from "./trades/projection.ts"
import { SPAN_SECONDS, tradeMarkets, tradeRows, tradeSpans, trades } from "./trades/table.ts"
import type { Versions } from "./versions.ts"
import type { View } from "./view.ts"

/** A statement with the values of its parameters. */
export interface BoundStatement {
  readonly sql: string
  readonly values: ReadonlyArray<number>
}

export interface HotTable {
  readonly lake: LakeTable
  readonly projection: Projection
  /** The stored tables of the rows. Each has a `seq`. The first one has the most rows. */
  readonly rows: ReadonlyArray<string>
  /** The column that leads the keys of the rows. */
  readonly lead: string
  /** The number of units of the leading column in a second. */
  readonly perSecond: number
  /** The length of a span in seconds. A span begins at a multiple of it. */
  readonly spanSeconds: number
  /** Whether the rows of a span are cut between markets, and not between values of the leading column. */
  readonly cutByMarket: boolean
  /** The most rows that one transaction removes. */
  readonly piece: number
  /** Whether the exchange sends the time of a row with more digits at one time than at another. */
  readonly coarseTime: boolean
  /** The `SELECT` of the first seconds of the spans that begin before a time in seconds, its parameter. */
  readonly spans: string
  /**
   * Returns the statements that delete what stands for a span as a whole, if none of its rows is left. Observations
   * up to `seq` have no rows there any more.
   */
  readonly emptied: (span: SlotSeconds, seq: number) => ReadonlyArray<BoundStatement>
}

const lakeTableOf = (view: View): LakeTable => {
  const found = lakeTables.find(({ table }) => table === view)
  if (found === undefined) throw new Error(`${view.name} is not in the lake`)
  return found
}

/** A slot goes with the last of its pages. A page is never moved, and may have no row left. */
const emptiedSlot =
  (slots: string, pages: string): HotTable["emptied"] =>
  (slot, seq) => [
    {
      sql: `DELETE FROM main.${slots} WHERE slot = ?
        AND NOT EXISTS (SELECT 1 FROM main.${pages} WHERE seq > ? AND first <= ? AND last >= ?)`,
      values: [slot, seq, slot, slot]
    }
  ]

/**
 * The most rows of a transaction. A recorder in another process waits for it: 5,000 rows took at most 19 ms of an idle
 * machine. A trade takes longer, because its random id stands at a random place of an index (decision 0035).
 */
const ROWS_A_PIECE = 2_000
const TRADES_A_PIECE = 250

const MICROS = 1_000_000

/** Versions come in the spans of an hour: a day of them is read from the lake at a time. */
const VERSION_SPAN_SECONDS = 60 * 60

/** The first seconds of the spans that have rows, found by one step of the index for each. */
const spansOfVersions = (table: string): string => {
  const spanOf = (micros: string) => `${micros} / ${VERSION_SPAN_SECONDS * MICROS} * ${VERSION_SPAN_SECONDS}`
  return `WITH RECURSIVE spans (span) AS (
      SELECT ${spanOf("min(observed)")} FROM main.${table}
      UNION ALL
      SELECT (SELECT ${spanOf("min(observed)")} FROM main.${table}
        WHERE observed >= (spans.span + ${VERSION_SPAN_SECONDS}) * ${MICROS})
      FROM spans WHERE spans.span IS NOT NULL
    )
    SELECT span FROM spans WHERE span < ?`
}

/** The newest description of an entity stays in its own table, so that versions leave like any fact. */
const history = (table: View, { rows: { name } }: Versions, projection: Projection): HotTable => ({
  lake: lakeTableOf(table),
  projection,
  rows: [name],
  lead: "observed",
  perSecond: MICROS,
  spanSeconds: VERSION_SPAN_SECONDS,
  cutByMarket: false,
  piece: ROWS_A_PIECE,
  coarseTime: false,
  spans: spansOfVersions(name),
  emptied: () => []
})

export const hotTables: ReadonlyArray<HotTable> = [
  {
    lake: lakeTableOf(priceSnapshots),
    projection: pricesProjection,
    rows: [priceRows.name],
    lead: "slot",
    perSecond: 1,
    spanSeconds: 1,
    cutByMarket: true,
    piece: ROWS_A_PIECE,
    coarseTime: false,
    spans: `SELECT slot FROM main.${priceSlots.name} WHERE slot < ? ORDER BY slot`,
    emptied: emptiedSlot(priceSlots.name, lakeTableOf(priceSnapshots).pages)
  },
  {
    lake: lakeTableOf(orderbookSnapshots),
    projection: orderbooksProjection,
    rows: [orderbookLevels.name, orderbookBooks.name],
    lead: "slot",
    perSecond: 1,
    spanSeconds: 1,
    cutByMarket: true,
    piece: ROWS_A_PIECE,
    coarseTime: false,
    spans: `SELECT slot FROM main.${orderbookSlots.name} WHERE slot < ? ORDER BY slot`,
    emptied: emptiedSlot(orderbookSlots.name, lakeTableOf(orderbookSnapshots).pages)
  },
  {
    lake: lakeTableOf(trades),
    projection: tradesProjection,
    rows: [tradeRows.name],
    lead: "created",
    perSecond: MICROS,
    spanSeconds: SPAN_SECONDS,
    cutByMarket: false,
    piece: TRADES_A_PIECE,
    coarseTime: true,
    spans: `SELECT span FROM main.${tradeSpans.name} WHERE span < ? ORDER BY span`,
    emptied: (span) => {
      const created = [span * MICROS, (span + SPAN_SECONDS) * MICROS]
      return [
        {
          sql: `DELETE FROM main.${tradeMarkets.name} WHERE span = ? AND market NOT IN
            (SELECT market FROM main.${tradeRows.name} WHERE created >= ? AND created < ?)`,
          values: [span, ...created]
        },
        {
          sql: `DELETE FROM main.${tradeSpans.name} WHERE span = ? AND NOT EXISTS
            (SELECT 1 FROM main.${tradeRows.name} WHERE created >= ? AND created < ?)`,
          values: [span, ...created]
        }
      ]
    }
  },
  {
    lake: lakeTableOf(candlesticks),
    projection: candlesticksProjection,
    rows: [candleRows.name],
    lead: "end_seconds",
    perSecond: 1,
    spanSeconds: 1,
    cutByMarket: false,
    piece: ROWS_A_PIECE,
    coarseTime: false,
    spans: `SELECT DISTINCT end_seconds FROM main.${candleEnds.name} WHERE end_seconds < ? ORDER BY end_seconds`,
    emptied: (end) =>
      periods.map((period) => ({
        sql: `DELETE FROM main.${candleEnds.name} WHERE period_minutes = ? AND end_seconds = ? AND NOT EXISTS
          (SELECT 1 FROM main.${candleRows.name} WHERE end_seconds = ? AND period_minutes = ?)`,
        values: [period, end, end, period]
      }))
  },
  history(marketHistory, marketRows.versions, marketsProjection),
  history(eventHistory, eventRows.versions, eventsProjection),
  history(seriesHistory, seriesRows.versions, seriesProjection)
]
