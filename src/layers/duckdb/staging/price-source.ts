/**
 * Reads `price_snapshots` from the tables beneath its view: the rows of numbers, and beside them each ticker
 * and each time of observation once. DuckDB joins them, and computes the midpoint and the spread in decimals.
 */
import { Effect, Stream } from "effect"
import { StorageFailed } from "../../../domain/errors.ts"
import { lakePrices } from "../../../domain/read/lake.ts"
import { priceSnapshots } from "../../../domain/read/prices/table.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import { NO_BOUNDS, within } from "./bounds.ts"
import type { StagedColumn } from "./chunk.ts"
import { kindOf } from "./kinds.ts"
import { marketsWithin, monthsOf, type PriceScope, priceRowsIn } from "./price-rows.ts"
import { columnsOfRows, fillStaged } from "./staged-table.ts"
import type { StageOptions, TableSource } from "./table-source.ts"
import { AFTER_ALL, ALL, BEFORE_ALL, rangeBetween } from "./tail.ts"
import { CHUNK_ROWS } from "./vectors.ts"
import { viewOf, viewSql } from "./view.ts"

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
export const expressionsOf = (
  columns: ReadonlyArray<string>,
  timesAsText: boolean
): ReadonlyMap<string, string> => {
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

/** Returns the staged tables, joined. Tickers and times of observation are joined only where they are wanted. */
export const fromOf = (columns: ReadonlyArray<string>): string =>
  [
    "staged.price_rows",
    ...(columns.includes("ticker") ? ["JOIN staged.market_numbers USING (market)"] : []),
    ...(columns.includes("observed_at") ? ["JOIN staged.price_pages USING (seq)"] : [])
  ].join(" ")

const kindOfRowColumn = (name: string): StagedColumn["kind"] =>
  name === "market" || name === "seq" || name === "slot" ? "integer" : kindOf(priceSnapshots, name)

const stageSmall = <E>(
  duck: Duck<E>,
  snapshot: Snapshot,
  name: string,
  columns: ReadonlyArray<StagedColumn>,
  where = ""
): Effect.Effect<number, E | StorageFailed> => {
  const sql = `SELECT ${columns.map((column) => column.name).join(", ")} FROM ${name} ${where}`
  return fillStaged(duck, {
    name,
    columns,
    chunks: Stream.map(snapshot.batches(sql, CHUNK_ROWS), columnsOfRows)
  })
}

const TICKERS: ReadonlyArray<StagedColumn> = [
  { name: "market", kind: "integer" },
  { name: "ticker", kind: "text" }
]

const PAGES: ReadonlyArray<StagedColumn> = [
  { name: "seq", kind: "integer" },
  { name: "observed_at", kind: "time" }
]

const tickersOf = ({ markets, slots }: PriceScope): string =>
  markets === undefined
    ? `WHERE market IN (SELECT market FROM price_rows WHERE slot BETWEEN ${slots.from} AND ${slots.to})`
    : `WHERE market IN (${markets.join(", ")})`

const pagesOf = ({ after, slots }: PriceScope): string =>
  `WHERE seq > ${after} AND last >= ${slots.from} AND first <= ${slots.to}`

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

const isRestricted = ({ markets, slots }: PriceScope): boolean =>
  markets !== undefined || slots.from > ALL.from || slots.to < ALL.to

const scopeOf = (snapshot: Snapshot, options: StageOptions): Effect.Effect<PriceScope, StorageFailed> =>
  Effect.gen(function* () {
    const { after = BEFORE_ALL, bounds = NO_BOUNDS, upTo = AFTER_ALL } = options
    const slots = yield* rangeBetween(lakePrices, snapshot, options)
    return {
      slots: within(bounds.get(lakePrices.time), slots, lakePrices.unit),
      after,
      upTo,
      markets: yield* marketsWithin(snapshot, bounds.get("ticker"))
    }
  })

export const priceSource = <E>(duck: Duck<E>, snapshot: Snapshot): Effect.Effect<TableSource<E>> =>
  Effect.gen(function* () {
    const allTickers = yield* Effect.cached(stageSmall(duck, snapshot, "market_numbers", TICKERS))
    const allPages = yield* Effect.cached(stageSmall(duck, snapshot, "price_pages", PAGES))
    return {
      months: monthsOf(snapshot),
      stage: (options) =>
        Effect.gen(function* () {
          const { after, columns, onRows = () => Effect.void, range, timesAsText = false } = options
          const needed = neededFor(columns)
          const scope = yield* scopeOf(snapshot, options)
          let fraction = 0
          const chunks = yield* priceRowsIn(snapshot, needed, scope, (read) => {
            fraction = read
          })
          const rows = yield* fillStaged(duck, {
            name: "price_rows",
            columns: ["slot", ...needed].map((name) => ({ name, kind: kindOfRowColumn(name) })),
            chunks,
            onRows: (read) => onRows(read, fraction)
          })
          // The months of an export from SQLite alone share the tickers and the pages.
          const isPart = (range === undefined || after !== undefined) && isRestricted(scope)
          if (columns.includes("ticker"))
            yield* isPart
              ? stageSmall(duck, snapshot, "market_numbers", TICKERS, tickersOf(scope))
              : allTickers
          if (columns.includes("observed_at")) {
            yield* isPart ? stageSmall(duck, snapshot, "price_pages", PAGES, pagesOf(scope)) : allPages
            yield* checkPages(duck)
          }
          const expressions = expressionsOf(columns, timesAsText)
          const { view = viewOf(priceSnapshots) } = options
          yield* duck.run(viewSql(priceSnapshots, view, expressions, fromOf(columns)))
          return rows
        })
    }
  })
