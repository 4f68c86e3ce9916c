/**
 * Reads columns of `price_rows`, and a column `slot` before them. SQLite hands over a slice of rows as one JSON array a
 * column, which takes a quarter of the time of handing over the values one by one (decision 0030). It prints a REAL
 * with 17 digits, so the text names exactly one double.
 */
import { Effect, Option, Stream } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import type { SlotSeconds } from "../../../domain/units/time.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import { type ColumnBounds, conditionsOn, type Span } from "./bounds.ts"
import type { ColumnValues } from "./chunk.ts"
import { columnsOfRows } from "./staged-table.ts"
import type { SlotMonth } from "./table-source.ts"
import { CHUNK_ROWS } from "./vectors.ts"

/** The rows to read. */
export interface PriceScope {
  readonly slots: Span
  /** The seq after which the rows were read from the log. */
  readonly after: number
  /** The seq up to which they were read. */
  readonly upTo: number
  /** The ids of the markets, where they are few. By default the rows of all markets are read. */
  readonly markets: ReadonlyArray<number> | undefined
}

/** The number of markets up to which their rows are searched one by one. */
const MARKETS_MAX = 1000

/** Returns the ids of the markets whose tickers are within bounds, or `undefined` if they are many. */
export const marketsWithin = (
  snapshot: Snapshot,
  bounds: ColumnBounds | undefined
): Effect.Effect<ReadonlyArray<number> | undefined, StorageFailed> => {
  const conditions = conditionsOn("ticker", bounds ?? {})
  if (conditions.length === 0) return Effect.succeed(undefined)
  return Effect.map(
    snapshot.query(
      `SELECT market FROM market_numbers WHERE ${conditions.join(" AND ")} LIMIT ${MARKETS_MAX + 1}`
    ),
    (rows) => (rows.length > MARKETS_MAX ? undefined : rows.map(([market]) => Number(market)))
  )
}

/** Packs up to a chunk of rows of one slot, from the market after a given one on. */
const sliceSql = (columns: ReadonlyArray<string>): string => {
  const packed = columns.map((column) => `json_group_array(${column})`)
  return `
    SELECT ${["count(*)", "max(market)", ...packed].join(", ")}
    FROM (
      SELECT * FROM price_rows WHERE slot = ? AND market > ? AND seq > ? AND seq <= ? ORDER BY market LIMIT ${CHUNK_ROWS}
    )`
}

/** Smaller than the number of any market. */
const BEFORE_ALL = -1

const slicesOf =
  (snapshot: Snapshot, columns: ReadonlyArray<string>, { after, upTo }: PriceScope) =>
  (slot: SlotSeconds): Stream.Stream<ReadonlyArray<ColumnValues>, StorageFailed> =>
    Stream.paginateEffect(BEFORE_ALL, (last) =>
      Effect.map(snapshot.query(sliceSql(columns), [slot, last, after, upTo]), ([row]) => {
        const [count = 0, greatest = 0, ...packed] = row ?? []
        const values: ReadonlyArray<ColumnValues> = packed.map((text) => JSON.parse(String(text)))
        const next = count === CHUNK_ROWS ? Option.some(Number(greatest)) : Option.none()
        return [[new Array<number>(Number(count)).fill(slot), ...values], next] as const
      })
    )

const slotsIn = (
  snapshot: Snapshot,
  { from, to }: Span
): Effect.Effect<ReadonlyArray<SlotSeconds>, StorageFailed> =>
  Effect.map(
    snapshot.query("SELECT slot FROM price_slots WHERE slot BETWEEN ? AND ? ORDER BY slot", [from, to]),
    (rows) => rows.map(([slot]) => Number(slot))
  )

/** Reads the rows of a few markets: the key leads to the row of each market in each slot. */
const rowsOfMarkets = (
  snapshot: Snapshot,
  columns: ReadonlyArray<string>,
  markets: ReadonlyArray<number>,
  { after, slots, upTo }: PriceScope
): Stream.Stream<ReadonlyArray<ColumnValues>, StorageFailed> => {
  const sql = `
    SELECT ${["slot", ...columns].map((column) => `p.${column}`).join(", ")}
    FROM price_slots t CROSS JOIN price_rows p
    WHERE t.slot BETWEEN ? AND ? AND p.slot = t.slot AND p.market IN (${markets.join(", ")}) AND p.seq > ? AND p.seq <= ?`
  return Stream.map(snapshot.batches(sql, CHUNK_ROWS, [slots.from, slots.to, after, upTo]), columnsOfRows)
}

/**
 * Reads rows in the order of their slots. `onSlot` is called after each slot with the fraction of the slots that have
 * been read.
 */
export const priceRowsIn = (
  snapshot: Snapshot,
  columns: ReadonlyArray<string>,
  scope: PriceScope,
  onSlot: (fraction: number) => void
): Effect.Effect<Stream.Stream<ReadonlyArray<ColumnValues>, StorageFailed>, StorageFailed> =>
  Effect.gen(function* () {
    const { markets } = scope
    if (markets !== undefined) return rowsOfMarkets(snapshot, columns, markets, scope)
    const slots = yield* slotsIn(snapshot, scope.slots)
    return Stream.flatMap(Stream.fromIterable(slots.entries()), ([index, slot]) =>
      Stream.ensuring(
        slicesOf(snapshot, columns, scope)(slot),
        Effect.sync(() => onSlot((index + 1) / slots.length))
      )
    )
  })

export const monthsOf = (snapshot: Snapshot): Effect.Effect<ReadonlyArray<SlotMonth>, StorageFailed> =>
  Effect.map(
    snapshot.query(
      "SELECT substr(snapshot_time, 1, 7), min(slot), max(slot) FROM price_slots GROUP BY 1 ORDER BY 1"
    ),
    (months) =>
      months.map(([month, from, to]) => ({
        month: String(month),
        range: { from: Number(from), to: Number(to) }
      }))
  )
