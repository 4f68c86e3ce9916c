/**
 * Finds the columns and the rows that a statement needs. DuckDB plans the statement over empty tables, and the plan
 * names the columns that each scan reads and the filters of its rows, whatever aliases, CTEs or quoting the SQL uses.
 */
import { Effect, Option, Schema } from "effect"
import type { AsOf } from "../../../domain/answers/tables-as-of.ts"
import type { QueryFailed } from "../../../domain/errors.ts"
import { publicTables } from "../../../domain/read/catalog.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { Duck } from "../Duck.ts"
import { type Bounds, NO_BOUNDS } from "../staging/bounds.ts"
import { columnsOf } from "../staging/kinds.ts"
import { beneath } from "./as-of.ts"
import { refuseInPlan, refuseInText } from "./changing-functions.ts"
import { boundsOfFilters, boundsOfScans } from "./filters.ts"
import { namedIn } from "./named.ts"
import type { Statement } from "./statement.ts"

/** The rows and columns that a statement needs of a table. */
export interface Need {
  readonly columns: ReadonlyArray<string>
  /** Rows outside of the bounds are not needed. */
  readonly bounds: Bounds
}

export type Needs = ReadonlyMap<PublicTable, Need>

/** Returns the needs of several statements together. */
export const unionOf = (all: ReadonlyArray<Needs>): Needs => {
  const [first = new Map(), ...others] = all
  const union = new Map<PublicTable, Need>(first)
  for (const needs of others)
    for (const [table, need] of needs) {
      const before = union.get(table)
      const wanted = new Set([...(before?.columns ?? []), ...need.columns])
      union.set(table, {
        columns: columnsOf(table).filter((column) => wanted.has(column)),
        bounds: before === undefined ? need.bounds : boundsOfScans([before.bounds, need.bounds])
      })
    }
  return union
}

interface PlanNode {
  readonly name: string
  readonly extra_info?: {
    readonly Table?: string
    readonly Projections?: string | ReadonlyArray<string>
    readonly Filters?: string | ReadonlyArray<string>
  }
  readonly children?: ReadonlyArray<PlanNode>
}

const Texts = Schema.optionalWith(Schema.Union(Schema.String, Schema.Array(Schema.String)), { exact: true })

const PlanNode: Schema.Schema<PlanNode> = Schema.Struct({
  name: Schema.String,
  extra_info: Schema.optionalWith(
    Schema.Struct({
      Table: Schema.optionalWith(Schema.String, { exact: true }),
      Projections: Texts,
      Filters: Texts
    }),
    { exact: true }
  ),
  children: Schema.optionalWith(Schema.Array(Schema.suspend(() => PlanNode)), { exact: true })
})
const Plan = Schema.parseJson(Schema.Array(PlanNode))

/**
 * The optimizer of DuckDB that computes constants while a statement is planned. With it, `repeat('x',
 * 500000000)` takes gigabytes each time the statement is planned, and no limit counts them.
 */
export const CONSTANT_FOLDING = "expression_rewriter"

// These would drop the scans of tables because they are empty.
const EMPTY = "statistics_propagation,empty_result_pullup,late_materialization"
// These would remove columns that only filters read from the list of a scan.
const FILTERS = "filter_pushdown,cte_filter_pusher"

const textsOf = (texts: string | ReadonlyArray<string> = []): ReadonlyArray<string> =>
  (typeof texts === "string" ? [texts] : texts).filter((text) => text !== "")

const nodesFrom = (node: PlanNode): ReadonlyArray<PlanNode> => [
  node,
  ...(node.children ?? []).flatMap(nodesFrom)
]

const nodesOf = (plan: string): Option.Option<ReadonlyArray<PlanNode>> =>
  Option.map(Schema.decodeUnknownOption(Plan)(plan), (roots) => roots.flatMap(nodesFrom))

const scansOfTable = (table: PublicTable, found: ReadonlyArray<PlanNode>): ReadonlyArray<PlanNode> =>
  found.filter(({ extra_info }) => extra_info?.Table?.endsWith(`.${table.name}`))

/** Returns the needs of tables that are loaded whole. */
export const wholeOf = (tables: Iterable<PublicTable>): Needs =>
  new Map(Array.from(tables, (table) => [table, { columns: columnsOf(table), bounds: NO_BOUNDS }] as const))

/** Returns the tables that the SQL names, or which those tables are made of as of a time, as a whole. */
const mentioned = (sql: string, asOf: AsOf | undefined): Needs => wholeOf(beneath(namedIn(sql).tables, asOf))

const projectedBy = ({ extra_info }: PlanNode): ReadonlyArray<string> => textsOf(extra_info?.Projections)

const filtersOf = ({ extra_info }: PlanNode): ReadonlyArray<string> => textsOf(extra_info?.Filters)

/**
 * Returns the columns that the scans of a table read. The plan without filters in its scans lists those of the filters
 * too; if one has filters after all, the table is read whole. The other plan can read a column only to count its rows.
 */
const columnsOfScans = (
  table: PublicTable,
  unfiltered: ReadonlyArray<PlanNode>,
  filtered: ReadonlyArray<PlanNode>
): ReadonlyArray<string> => {
  const wanted = new Set([...unfiltered, ...filtered].flatMap(projectedBy))
  const isWhole = unfiltered.some((scan) => filtersOf(scan).length > 0)
  const isKnown = [...wanted].every((name) => name in table.columns)
  return columnsOf(table).filter((column) => isWhole || !isKnown || wanted.has(column))
}

const planned = (unfiltered: ReadonlyArray<PlanNode>, filtered: ReadonlyArray<PlanNode>): Needs => {
  const needs = new Map<PublicTable, Need>()
  for (const table of publicTables) {
    const ofUnfiltered = scansOfTable(table, unfiltered)
    if (ofUnfiltered.length === 0) continue
    const ofFiltered = scansOfTable(table, filtered)
    needs.set(table, {
      columns: columnsOfScans(table, ofUnfiltered, ofFiltered),
      bounds: boundsOfScans(ofFiltered.map((scan) => boundsOfFilters(table, filtersOf(scan))))
    })
  }
  return needs
}

/** Plans a statement. SHOW and DESCRIBE may have no plan of their own. */
const scansIn = (
  duck: Duck<QueryFailed>,
  { bound, sql }: Statement,
  disabled: ReadonlyArray<string>
): Effect.Effect<Option.Option<ReadonlyArray<PlanNode>>, QueryFailed> =>
  Effect.gen(function* () {
    yield* duck.run(`SET disabled_optimizers = '${disabled.join(",")}'`)
    const plan = yield* duck.run(`EXPLAIN (FORMAT json) ${sql}`, bound).pipe(
      Effect.flatMap((result) => Effect.promise(() => result.getRows())),
      Effect.map(([row]) => String(row?.[1])),
      Effect.option
    )
    const nodes = Option.flatMap(plan, nodesOf)
    yield* Option.match(nodes, {
      onNone: () => refuseInText(sql),
      onSome: (all) => refuseInPlan(all.map(({ name }) => name))
    })
    return Option.map(nodes, (all) => all.filter(({ extra_info }) => extra_info?.Table !== undefined))
  })

/**
 * Returns the needs of a statement that DuckDB could prepare. The tables must exist, without rows. `swells` is true if
 * the statement must not be planned with constant folding; its filters with computed constants are not known then.
 */
export const needsOf = (
  duck: Duck<QueryFailed>,
  statement: Statement,
  swells: boolean,
  asOf?: AsOf
): Effect.Effect<Needs, QueryFailed> =>
  Effect.gen(function* () {
    const { kind, sql } = statement
    if (kind !== "read") return mentioned(sql, asOf)
    const unfiltered = yield* scansIn(duck, statement, [EMPTY, FILTERS, CONSTANT_FOLDING])
    if (Option.isNone(unfiltered)) return mentioned(sql, asOf)
    if (unfiltered.value.length === 0) return new Map()
    const filtered = yield* scansIn(duck, statement, swells ? [EMPTY, CONSTANT_FOLDING] : [EMPTY])
    return planned(
      unfiltered.value,
      Option.getOrElse(filtered, () => [])
    )
  })
