/**
 * Reads `price_snapshots` from the tables beneath its view: the rows of numbers, and beside them each ticker
 * and each time of observation once. DuckDB joins them, and computes the midpoint and the spread in decimals.
 * SQLite hands over a slice of rows as one JSON array a column, which takes a quarter of the time of handing
 * over the values one by one (decision 0030). It prints a REAL with 17 digits, so the text names exactly one
 * double.
 */
import { Effect, Option, Stream } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { priceSnapshots } from "../../../domain/read/prices/table.ts"
import type { SlotSeconds } from "../../../domain/units/time.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import type { ColumnValues, StagedColumn } from "./chunk.ts"
import { kindOf } from "./kinds.ts"
import { columnsOfRows, fillStaged } from "./staged-table.ts"
import type { SlotMonth, SlotRange, TableSource } from "./table-source.ts"
import { CHUNK_ROWS } from "./vectors.ts"
import { viewSql } from "./view.ts"

/** Columns of the view that are computed from columns of `price_rows`. */
const COMPUTED: ReadonlyMap<string, ReadonlyArray<string>> = new Map([
  ["ticker", ["market"]],
  ["snapshot_time", []],
  ["midpoint", ["yes_bid", "yes_ask"]],
  ["spread", ["yes_bid", "yes_ask"]],
  ["observed_at", ["seq"]]
])

/** Returns the columns of `price_rows` that columns of the view need. */
const neededFor = (columns: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...new Set(columns.flatMap((column) => COMPUTED.get(column) ?? [column]))
]

const TWO_SIDED = "yes_bid > 0 AND yes_ask < 100"

/** Returns the expressions of the view's columns over the staged tables. */
const expressionsOf = (columns: ReadonlyArray<string>, timesAsText: boolean): ReadonlyMap<string, string> => {
  const time = (expression: string, format: string) =>
    timesAsText ? `strftime(${expression}, '${format}')` : expression
  const computed = new Map([
    ["snapshot_time", time("make_timestamptz(slot * 1000000)", "%Y-%m-%dT%H:%M:%SZ")],
    ["observed_at", time("observed_at", "%Y-%m-%dT%H:%M:%S.%fZ")],
    ["midpoint", `CASE WHEN ${TWO_SIDED} THEN ((yes_bid + yes_ask) * 0.5)::DECIMAL(9,5) END`],
    ["spread", `CASE WHEN ${TWO_SIDED} THEN (yes_ask - yes_bid)::DECIMAL(9,4) END`]
  ])
  return new Map(columns.map((column) => [column, computed.get(column) ?? column]))
}

/** Tickers and times of observation are joined only where they are wanted. */
const fromOf = (columns: ReadonlyArray<string>): string =>
  [
    "staged.price_rows",
    ...(columns.includes("ticker") ? ["JOIN staged.market_numbers USING (market)"] : []),
    ...(columns.includes("observed_at") ? ["JOIN staged.price_pages USING (seq)"] : [])
  ].join(" ")

const kindOfRowColumn = (name: string): StagedColumn["kind"] =>
  name === "market" || name === "seq" || name === "slot" ? "integer" : kindOf(priceSnapshots, name)

/** Packs up to a chunk of rows of one slot, from the market after a given one on. */
const sliceSql = (columns: ReadonlyArray<string>): string => {
  const packed = columns.map((column) => `json_group_array(${column})`)
  return `
    SELECT ${["count(*)", "max(market)", ...packed].join(", ")}
    FROM (SELECT * FROM price_rows WHERE slot = ? AND market > ? ORDER BY market LIMIT ${CHUNK_ROWS})`
}

/** Smaller than the number of any market. */
const BEFORE_ALL = -1

const slicesOf =
  (snapshot: Snapshot, columns: ReadonlyArray<string>) =>
  (slot: SlotSeconds): Stream.Stream<ReadonlyArray<ColumnValues>, StorageFailed> =>
    Stream.paginateEffect(BEFORE_ALL, (after) =>
      Effect.map(snapshot.query(sliceSql(columns), [slot, after]), ([row]) => {
        const [count = 0, last = 0, ...packed] = row ?? []
        const values: ReadonlyArray<ColumnValues> = packed.map((text) => JSON.parse(String(text)))
        const next = count === CHUNK_ROWS ? Option.some(Number(last)) : Option.none()
        return [[new Array<number>(Number(count)).fill(slot), ...values], next] as const
      })
    )

const slotsIn = (
  snapshot: Snapshot,
  { from, to }: SlotRange = { from: 0, to: Number.MAX_SAFE_INTEGER }
): Effect.Effect<ReadonlyArray<SlotSeconds>, StorageFailed> =>
  Effect.map(
    snapshot.query("SELECT slot FROM price_slots WHERE slot BETWEEN ? AND ? ORDER BY slot", [from, to]),
    (rows) => rows.map(([slot]) => Number(slot))
  )

const monthsOf = (snapshot: Snapshot): Effect.Effect<ReadonlyArray<SlotMonth>, StorageFailed> =>
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

const stageSmall = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  name: string,
  columns: ReadonlyArray<StagedColumn>
): Effect.Effect<number, E | StorageFailed> =>
  fillStaged(duck, {
    name,
    columns,
    chunks: Stream.map(
      snapshot.batches(`SELECT ${columns.map((column) => column.name).join(", ")} FROM ${name}`, CHUNK_ROWS),
      columnsOfRows
    )
  })

/** Fails if a row belongs to a page that `price_pages` lacks: the join would leave the row out. */
const checkPages = <E>(duck: Duck<E>): Effect.Effect<void, E | StorageFailed> =>
  Effect.gen(function* () {
    const result = yield* duck.run(
      "SELECT min(seq) FROM staged.price_rows ANTI JOIN staged.price_pages USING (seq)"
    )
    const [[seq]] = (yield* Effect.promise(() => result.getRows())) as [[bigint | null]]
    if (seq !== null)
      yield* new StorageFailed({ operation: "reading prices", why: `price_pages lacks page ${seq}` })
  })

export const priceSource = <E>(duck: Duck<E>, snapshot: Snapshot): Effect.Effect<TableSource<E>> =>
  Effect.gen(function* () {
    const stageTickers = yield* Effect.cached(
      stageSmall(duck, snapshot, "market_numbers", [
        { name: "market", kind: "integer" },
        { name: "ticker", kind: "text" }
      ])
    )
    const stagePages = yield* Effect.cached(
      stageSmall(duck, snapshot, "price_pages", [
        { name: "seq", kind: "integer" },
        { name: "observed_at", kind: "time" }
      ])
    )
    return {
      months: monthsOf(snapshot),
      stage: ({ columns, onRows = () => Effect.void, range, timesAsText = false }) =>
        Effect.gen(function* () {
          const needed = neededFor(columns)
          const slots = yield* slotsIn(snapshot, range)
          let slotsRead = 0
          const countSlot = Effect.sync(() => {
            slotsRead += 1
          })
          const chunks = Stream.flatMap(Stream.fromIterable(slots), (slot) =>
            Stream.ensuring(slicesOf(snapshot, needed)(slot), countSlot)
          )
          const rows = yield* fillStaged(duck, {
            name: "price_rows",
            columns: ["slot", ...needed].map((name) => ({ name, kind: kindOfRowColumn(name) })),
            chunks,
            onRows: (read) => onRows(read, slotsRead / slots.length)
          })
          if (columns.includes("ticker")) yield* stageTickers
          if (columns.includes("observed_at")) {
            yield* stagePages
            yield* checkPages(duck)
          }
          yield* duck.run(viewSql(priceSnapshots, expressionsOf(columns, timesAsText), fromOf(columns)))
          return rows
        })
    }
  })
