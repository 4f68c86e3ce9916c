/**
 * Analytics over an in-memory DuckDB, made for one query. Its tables are views over the files of the lake and over the
 * rows of SQLite that the lake does not have yet, of which those that the query needs are copied.
 */
import { quotedIdentifier as quoted, quotedString } from "@duckdb/node-api"
import { Effect, Layer, type Scope } from "effect"
import type { AsOf } from "../../../domain/answers/tables-as-of.ts"
import { QueryFailed } from "../../../domain/errors.ts"
import { publicTables } from "../../../domain/read/catalog.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { ReportSource } from "../../../domain/reports/document.ts"
import {
  Analytics,
  type ManyQueries,
  type ManyResults,
  type OpenAnswer,
  type QueryProblem,
  type QueryRequest,
  type QueryResult,
  type QueryRow
} from "../../../services/Analytics.ts"
import { workFolder, workParent } from "../../files/work-folder.ts"
import { openSnapshot } from "../../sqlite/database/Snapshot.ts"
import { writeComments } from "../comments.ts"
import { type Duck, openDuck } from "../Duck.ts"
import type { LogEnd } from "../export/manifest.ts"
import { logEndIn } from "../log-end.ts"
import { coldFolders, openLake } from "../staging/lake-files.ts"
import { NOT_LOADED } from "../staging/view.ts"
import { openAnswer } from "./answer.ts"
import { findAsOf } from "./as-of.ts"
import { LIMITS, PATIENCE_MILLIS, withinLimits } from "./limits.ts"
import { load } from "./load.ts"
import { CONSTANT_FOLDING, needsOf, unionOf, wholeOf } from "./needs.ts"
import { readOver } from "./over-tables.ts"
import { explained } from "./query-error.ts"
import { bareStatement, type Statement, type Statements } from "./statement.ts"
import type { Within } from "./within.ts"

/** Matches the names by which SQL asks for comments. Writing them would delay each query by some milliseconds. */
const ASKS_FOR_COMMENTS = /comment|duckdb_|information_schema|pg_/i

/**
 * Matches functions that make a large value from a small number. With a constant argument, DuckDB makes the
 * value while it plans the statement.
 */
const SWELLS = /\b(?:repeat|[lr]pad|(?:list|array)_resize|range|generate_series|bar|printf|format)\s*\(/i

interface Ready<S extends ReadonlyArray<string>> {
  readonly duck: Duck<QueryFailed>
  readonly statements: Statements<S>
  /** The log that the tables of the snapshot follow from. */
  readonly source: ReportSource
  readonly loaded: ReadonlyArray<string>
  readonly within: Within<QueryFailed>
}

/** Returns the end of the log that the tables follow from. As of a time before it, its hash is not at hand. */
const sourceOf = (end: LogEnd | undefined, asOf: AsOf | undefined): ReportSource => {
  if (end === undefined) return {}
  if (asOf !== undefined && asOf.seq < end.lastSeq) return { lastSeq: asOf.seq }
  return { lastSeq: end.lastSeq, ...(end.chainSha256 === undefined ? {} : { chainSha256: end.chainSha256 }) }
}

/** Whether tables are loaded as far as the plan of a statement needs them, or whole. */
type Extent = "needed" | "whole"

/**
 * Loads what a statement needs, and if DuckDB reads a column beside, such as one that it only counts, the tables whole.
 * DuckDB plans a statement again once there are rows, and no plan before tells all of that one.
 */
const asNeeded = <A, R>(
  answer: (extent: Extent) => Effect.Effect<A, QueryProblem, R>
): Effect.Effect<A, QueryProblem, R> =>
  answer("needed").pipe(
    Effect.catchIf(
      (problem) => problem._tag === "QueryFailed" && problem.why.includes(NOT_LOADED),
      () => answer("whole")
    )
  )

/**
 * Opens a DuckDB with the tables that statements need, all from one snapshot. It has no access to anything outside except the folders of the
 * lake and the archive, which statements can only read, and the file `written`, if there is one.
 */
const prepare = <const S extends ReadonlyArray<string>>(
  dataDir: string,
  sqls: S,
  { asOf: time, limits = {}, onRead = () => Effect.void, parameters }: Omit<QueryRequest, "sql">,
  { extent, written }: { readonly extent: Extent; readonly written?: string }
): Effect.Effect<Ready<S>, QueryProblem, Scope.Scope> =>
  Effect.gen(function* () {
    const bounds = { ...LIMITS, ...limits }
    const snapshot = yield* openSnapshot(dataDir)
    const spillFolder = yield* Effect.flatMap(workParent(dataDir), (parent) => workFolder("query", parent))
    const within = withinLimits(bounds, spillFolder)
    const duck = yield* openDuck({
      memoryMegabytes: Math.ceil(bounds.memoryBytes / 1_000_000),
      spillFolder,
      spillBytes: bounds.spillBytes,
      patienceMillis: PATIENCE_MILLIS,
      onError: explained
    })
    const loaded = yield* within(
      Effect.gen(function* () {
        const folders = yield* coldFolders(dataDir)
        const readable = [folders.lake, folders.archive].map(quotedString).join(", ")
        yield* duck.run(`SET allowed_directories = [${readable}]`)
        if (written !== undefined) yield* duck.run(`SET allowed_paths = [${quotedString(written)}]`)
        // External access is disabled before the statement is prepared, since preparing it could read files
        // already.
        yield* duck.run("SET enable_external_access = false")
        // Statements of one query read the same files, none of which is ever written again.
        yield* duck.run("SET parquet_metadata_cache = true")
        const lake = yield* openLake(folders, snapshot)
        const asOf = time === undefined ? undefined : yield* findAsOf(duck, snapshot, lake, time)
        const statements = yield* readOver(duck, sqls, asOf, parameters)
        const all: ReadonlyArray<Statement> = statements
        const planned = unionOf(
          yield* Effect.forEach(all, (statement) =>
            needsOf(duck, statement, SWELLS.test(statement.sql), asOf)
          )
        )
        const needs = extent === "whole" ? wholeOf(planned.keys()) : planned
        const swells = sqls.some((sql) => SWELLS.test(sql))
        yield* duck.run(
          swells ? `SET disabled_optimizers = '${CONSTANT_FOLDING}'` : "RESET disabled_optimizers"
        )
        yield* load(duck, snapshot, lake, { dataDir, asOf, needs, onRead })
        if (sqls.some((sql) => ASKS_FOR_COMMENTS.test(sql))) {
          const kindOf = (table: PublicTable) => (asOf !== undefined || needs.has(table) ? "VIEW" : "TABLE")
          yield* writeComments(
            duck,
            publicTables.map((table) => [table, kindOf(table)] as const),
            "main"
          )
        }
        yield* duck.run("SET lock_configuration = true")
        return { statements, asOf, names: [...needs.keys()].map(({ name }) => name) }
      })
    )
    const end = yield* logEndIn(snapshot)
    const source = sourceOf(end, loaded.asOf)
    return { duck, within, source, statements: loaded.statements, loaded: loaded.names }
  })

const open = (
  dataDir: string,
  { sql, ...request }: QueryRequest,
  extent: Extent
): Effect.Effect<OpenAnswer, QueryProblem, Scope.Scope> =>
  Effect.flatMap(prepare(dataDir, [sql], request, { extent }), ({ statements: [statement], ...ready }) =>
    openAnswer({ ...ready, statement })
  )

const collect = (
  { columns, loaded, next }: OpenAnswer,
  rowsMax: number
): Effect.Effect<QueryResult, QueryFailed> =>
  Effect.gen(function* () {
    const rows: Array<QueryRow> = []
    for (;;) {
      const batch = yield* next
      for (const row of batch) rows.push(row)
      if (batch.length === 0 || rows.length > rowsMax) break
    }
    return { columns, loaded, rows: rows.slice(0, rowsMax), truncated: rows.length > rowsMax }
  })

const query = (
  dataDir: string,
  { rowsMax = Number.POSITIVE_INFINITY, ...request }: QueryRequest & { readonly rowsMax?: number }
): Effect.Effect<QueryResult, QueryProblem> =>
  asNeeded((extent) =>
    Effect.scoped(Effect.flatMap(open(dataDir, request, extent), (answer) => collect(answer, rowsMax)))
  )

const queryAll = (
  dataDir: string,
  { sqls, ...request }: ManyQueries,
  extent: Extent
): Effect.Effect<ManyResults, QueryProblem> =>
  Effect.gen(function* () {
    const { statements, ...ready } = yield* prepare(dataDir, sqls, request, { extent })
    const results = yield* Effect.forEach(statements, (statement) =>
      Effect.scoped(
        Effect.flatMap(openAnswer({ ...ready, statement }), (answer) =>
          collect(answer, Number.POSITIVE_INFINITY)
        )
      )
    )
    return { results, source: ready.source }
  }).pipe(Effect.scoped)

/** Matches the 128-bit integer types. Parquet has none, so DuckDB would round their values to doubles. */
const WIDE = /^U?HUGEINT$/

const writeParquet = (
  dataDir: string,
  { path, sql, ...request }: QueryRequest & { readonly path: string },
  extent: Extent
): Effect.Effect<{ readonly rows: number }, QueryProblem> =>
  Effect.gen(function* () {
    const { duck, statements, within } = yield* prepare(dataDir, [sql], request, { extent, written: path })
    const [{ bound, kind }] = statements
    if (kind === "explain")
      return yield* new QueryFailed({ why: "a plan is no table: EXPLAIN cannot be written as Parquet" })
    const inner = bareStatement(sql)
    const described = yield* within(duck.run(`DESCRIBE FROM (\n${inner}\n)`, bound))
    const columns = yield* Effect.promise(() => described.getRowsJson())
    const names = columns.map((_, at) => `c${at}`)
    const list = columns.map(([name, type], at) => {
      const column = WIDE.test(String(type)) ? `c${at}::DECIMAL(38,0)` : `c${at}`
      return `${column} AS ${quoted(String(name))}`
    })
    const result = yield* within(
      duck.run(
        `COPY (SELECT ${list.join(", ")} FROM (\n${inner}\n) AS answer(${names.join(", ")})) TO ${quotedString(path)} (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false)`,
        bound
      )
    )
    return { rows: result.rowsChanged }
  }).pipe(Effect.scoped)

export const make = ({ dataDir }: { readonly dataDir: string }): Analytics["Type"] => ({
  open: (request) =>
    asNeeded((extent) => open(dataDir, request, extent)).pipe(Effect.withSpan("Analytics.open")),
  query: (request) => query(dataDir, request).pipe(Effect.withSpan("Analytics.query")),
  queryAll: (request) =>
    asNeeded((extent) => queryAll(dataDir, request, extent)).pipe(Effect.withSpan("Analytics.queryAll")),
  writeParquet: (request) =>
    asNeeded((extent) => writeParquet(dataDir, request, extent)).pipe(
      Effect.withSpan("Analytics.writeParquet")
    )
})

export const layer = (options: { readonly dataDir: string }): Layer.Layer<Analytics> =>
  Layer.succeed(Analytics, make(options))
