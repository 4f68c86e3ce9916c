/** Analytics over an in-memory DuckDB that is made for one query, with what that query reads. */
import { type DuckDBResult, type Json, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, Layer } from "effect"
import { priceSnapshots, publicTables } from "../../domain/catalog.ts"
import type { NoDatabase, QueryFailed, StorageFailed } from "../../domain/errors.ts"
import { Analytics, type QueryLimits, type QueryResult } from "../../services/Analytics.ts"
import { workFolder, workParent } from "../held.ts"
import { openSnapshot, type Snapshot } from "../sqlite/Snapshot.ts"
import { whyOf } from "../why.ts"
import { type Duck, openDuck } from "./Duck.ts"
import { columnsOf, kindOf, sqlType } from "./kinds.ts"
import { type Needs, needsOf } from "./needs.ts"
import { neededOf, priceViewSql, readSlots, stagePrices, stageTickers } from "./prices.ts"
import { explained } from "./query-error.ts"
import { createStagedSchema, stageTable } from "./stage.ts"
import { readStatement, type Statement } from "./statement.ts"
import { toQueryValue } from "./values.ts"

const MEMORY_MEGABYTES = 1024

/** All tables, empty: what DuckDB needs to tell what a statement means. */
const createEmptyTables = (duck: Duck<QueryFailed>): Effect.Effect<void, QueryFailed> =>
  Effect.forEach(
    publicTables,
    (table) => {
      const columns = columnsOf(table).map(
        (column) => `${quoted(column)} ${sqlType(column, kindOf(table, column))}`
      )
      return duck.run(`CREATE TABLE main.${quoted(table.name)} (${columns.join(", ")})`)
    },
    { discard: true }
  )

/** Puts the rows of the tables that are needed in the place of the empty ones. */
const load = (
  duck: Duck<QueryFailed>,
  snapshot: Snapshot,
  needs: Needs
): Effect.Effect<void, QueryFailed | StorageFailed> =>
  Effect.forEach(
    needs,
    ([table, columns]) =>
      Effect.gen(function* () {
        yield* duck.run(`DROP TABLE main.${quoted(table.name)}`)
        const onRows = () => Effect.void
        if (table !== priceSnapshots) {
          yield* stageTable({ duck, snapshot, table, columns, timesAsText: false, onRows })
          return
        }
        if (columns.includes("ticker")) yield* stageTickers(duck, snapshot)
        const slots = yield* readSlots(snapshot)
        yield* stagePrices({ duck, snapshot, slots, columns: neededOf(columns), onRows })
        yield* duck.run(priceViewSql(columns))
      }),
    { discard: true }
  )

const fetchRows = async (
  result: DuckDBResult,
  rowsMax: number
): Promise<{ readonly rows: ReadonlyArray<ReadonlyArray<Json>>; readonly truncated: boolean }> => {
  const rows: Array<ReadonlyArray<Json>> = []
  for await (const batch of result.yieldConvertedRows(toQueryValue)) {
    for (const row of batch) rows.push(row)
    if (rows.length > rowsMax) return { rows: rows.slice(0, rowsMax), truncated: true }
  }
  return { rows, truncated: false }
}

const answer = (
  duck: Duck<QueryFailed>,
  { sql }: Statement,
  limits: QueryLimits,
  loaded: ReadonlyArray<string>
): Effect.Effect<QueryResult, QueryFailed> =>
  Effect.async((resume) => {
    const running = duck.connection.stream(sql).then(async (result): Promise<QueryResult> => {
      const names = result.deduplicatedColumnNames()
      const columns = result
        .columnTypes()
        .map((type, at) => ({ name: names[at] ?? "", type: type.toString() }))
      return { columns, loaded, ...(await fetchRows(result, limits.rowsMax ?? Number.POSITIVE_INFINITY)) }
    })
    const settled = running.then(
      (result) => resume(Effect.succeed(result)),
      (error) => resume(Effect.fail(explained(whyOf(error))))
    )
    return Effect.promise(() => {
      duck.connection.interrupt()
      return settled
    })
  })

const runQuery = (
  dataDir: string,
  sql: string,
  limits: QueryLimits
): Effect.Effect<QueryResult, QueryFailed | StorageFailed | NoDatabase> =>
  Effect.gen(function* () {
    const snapshot = yield* openSnapshot(dataDir)
    const spillFolder = yield* Effect.flatMap(workParent(dataDir), (parent) => workFolder("query", parent))
    const duck = yield* openDuck({
      memoryMegabytes: limits.memoryMegabytes ?? MEMORY_MEGABYTES,
      spillFolder,
      onError: explained
    })
    yield* createEmptyTables(duck)
    // The statement is prepared before it is run: nothing outside may be within reach even then.
    yield* duck.run("SET enable_external_access = false")
    const statement = yield* readStatement(duck, sql)
    const needs = yield* needsOf(duck, statement)
    yield* duck.run(createStagedSchema)
    yield* load(duck, snapshot, needs)
    yield* duck.run("SET lock_configuration = true")
    return yield* answer(
      duck,
      statement,
      limits,
      [...needs.keys()].map(({ name }) => name)
    )
  }).pipe(Effect.scoped)

export const make = ({ dataDir }: { readonly dataDir: string }): Analytics["Type"] => ({
  query: ({ sql, limits = {} }) => runQuery(dataDir, sql, limits).pipe(Effect.withSpan("Analytics.query"))
})

export const layer = (options: { readonly dataDir: string }): Layer.Layer<Analytics> =>
  Layer.succeed(Analytics, make(options))
