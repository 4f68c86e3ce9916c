/**
 * Finds the columns that a statement needs. DuckDB plans the statement over empty tables, and the plan names the
 * columns that each scan reads, whatever aliases, CTEs or quoting the SQL uses.
 */
import { Effect, Option, Schema } from "effect"
import type { QueryFailed } from "../../../domain/errors.ts"
import { publicTables } from "../../../domain/read/catalog.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { Duck } from "../Duck.ts"
import { columnsOf } from "../staging/kinds.ts"
import type { Statement } from "./statement.ts"

/** The needed columns of each needed table. */
export type Needs = ReadonlyMap<PublicTable, ReadonlyArray<string>>

interface PlanNode {
  readonly name: string
  readonly extra_info?: { readonly Table?: string; readonly Projections?: string | ReadonlyArray<string> }
  readonly children?: ReadonlyArray<PlanNode>
}

const PlanNode: Schema.Schema<PlanNode> = Schema.Struct({
  name: Schema.String,
  extra_info: Schema.optionalWith(
    Schema.Struct({
      Table: Schema.optionalWith(Schema.String, { exact: true }),
      Projections: Schema.optionalWith(Schema.Union(Schema.String, Schema.Array(Schema.String)), {
        exact: true
      })
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

// These would drop the scans of tables because they are empty, or remove columns from the list of a scan.
const DISABLED = `statistics_propagation,empty_result_pullup,filter_pushdown,late_materialization,${CONSTANT_FOLDING}`

const scans = (node: PlanNode): ReadonlyArray<PlanNode> => [
  ...(node.extra_info?.Table === undefined ? [] : [node]),
  ...(node.children ?? []).flatMap(scans)
]

/** Returns all columns of the tables whose names occur in the SQL. This may be too much, but never too little. */
const mentioned = (sql: string): Needs =>
  new Map(
    publicTables
      .filter(({ name }) => sql.toLowerCase().includes(name))
      .map((table) => [table, columnsOf(table)] as const)
  )

const columnsOfScan = (table: PublicTable, scan: PlanNode): ReadonlyArray<string> => {
  const listed = scan.extra_info?.Projections ?? []
  const names = typeof listed === "string" ? [listed] : listed
  const known = names.filter((name) => name !== "")
  return known.every((name) => name in table.columns) ? known : columnsOf(table)
}

const planned = (sql: string, plan: string): Needs => {
  const roots = Schema.decodeUnknownOption(Plan)(plan)
  if (Option.isNone(roots)) return mentioned(sql)
  const found = roots.value.flatMap(scans)
  const needs = new Map<PublicTable, ReadonlyArray<string>>()
  for (const table of publicTables) {
    const ofTable = found.filter(({ extra_info }) => extra_info?.Table?.endsWith(`.${table.name}`))
    if (ofTable.length === 0) continue
    const wanted = new Set(ofTable.flatMap((scan) => columnsOfScan(table, scan)))
    needs.set(
      table,
      columnsOf(table).filter((column) => wanted.has(column))
    )
  }
  return needs
}

/** Returns the needs of a statement that DuckDB could prepare. The tables must exist, without rows. */
export const needsOf = (
  duck: Duck<QueryFailed>,
  { sql, kind }: Statement
): Effect.Effect<Needs, QueryFailed> =>
  Effect.gen(function* () {
    if (kind !== "read") return mentioned(sql)
    yield* duck.run(`SET disabled_optimizers = '${DISABLED}'`)
    const plan = yield* duck.run(`EXPLAIN (FORMAT json) ${sql}`).pipe(
      Effect.flatMap((result) => Effect.promise(() => result.getRows())),
      Effect.map(([row]) => String(row?.[1])),
      // SHOW and DESCRIBE may have no plan of their own.
      Effect.option
    )
    return Option.match(plan, { onNone: () => mentioned(sql), onSome: (text) => planned(sql, text) })
  })
