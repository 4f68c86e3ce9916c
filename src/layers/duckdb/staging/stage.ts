/**
 * Tables of the database as views of DuckDB: what is read lies in the schema `staged`, and a view of the
 * table's own name stands before it with all columns, those that were not asked for as NULL.
 */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import { columnsOf, kindOf, sqlType } from "./kinds.ts"
import { chunkOf, type StagedColumn } from "./rows.ts"
import { CHUNK_ROWS } from "./vectors.ts"

/** Chunks whose rows are on their way while one is converted. */
const READ_AHEAD = 2

export interface StageOptions<E> {
  readonly duck: Duck<E>
  readonly snapshot: Snapshot
  readonly table: PublicTable
  /** Columns to read; the others are NULL. */
  readonly columns: ReadonlyArray<string>
  /** `WHERE …` of SQLite, to read only some of the rows. */
  readonly where?: string
  /** Keeps times as the text they are, the empty ones too. */
  readonly timesAsText: boolean
  /** Called with the rows read so far. */
  readonly onRows: (rows: number) => Effect.Effect<void>
}

const isTime = (table: PublicTable, column: string): boolean => {
  const kind = kindOf(table, column)
  return kind === "slot" || kind === "time"
}

/** `CREATE SCHEMA`, once a DuckDB. */
export const createStagedSchema = "CREATE SCHEMA IF NOT EXISTS staged"

/** The view of a table over expressions for the columns that are there. */
export const viewSql = (
  table: PublicTable,
  expressions: ReadonlyMap<string, string>,
  from: string
): string => {
  const columns = columnsOf(table).map((column) => {
    const expression = expressions.get(column) ?? `NULL::${sqlType(column, kindOf(table, column))}`
    return `${expression} AS ${quoted(column)}`
  })
  return `CREATE OR REPLACE VIEW main.${quoted(table.name)} AS SELECT ${columns.join(", ")} FROM ${from}`
}

/** Reads a table through its SQLite view; answers the number of its rows. */
export const stageTable = <E>(options: StageOptions<E>): Effect.Effect<number, E | StorageFailed> =>
  Effect.gen(function* () {
    const { duck, snapshot, table } = options
    // A table without columns cannot be; the first one counts the rows where no column is asked for.
    const names = options.columns.length > 0 ? options.columns : columnsOf(table).slice(0, 1)
    const columns: ReadonlyArray<StagedColumn> = names.map((name) => ({
      name,
      kind: options.timesAsText && isTime(table, name) ? "text" : kindOf(table, name)
    }))
    const definitions = columns.map(({ name, kind }) => `${quoted(name)} ${sqlType(name, kind)}`)
    const staged = `staged.${quoted(table.name)}`
    yield* duck.run(`CREATE OR REPLACE TABLE ${staged} (${definitions.join(", ")})`)

    const list = names.map(quoted).join(", ")
    const next = yield* snapshot.open(`SELECT ${list} FROM ${quoted(table.name)} ${options.where ?? ""}`)
    const appender = yield* duck.appender(table.name)
    const ahead = yield* Effect.replicateEffect(next(CHUNK_ROWS), READ_AHEAD)
    let read = 0
    for (;;) {
      const pending = ahead.shift()
      if (pending === undefined) break
      const rows = yield* pending
      if (rows.length === CHUNK_ROWS) ahead.push(yield* next(CHUNK_ROWS))
      if (rows.length > 0) yield* duck.attempt(() => appender.appendDataChunk(chunkOf(columns, rows)))
      read += rows.length
      yield* options.onRows(read)
    }
    yield* duck.attempt(() => appender.flushSync())
    yield* duck.run(viewSql(table, new Map(names.map((name) => [name, quoted(name)])), staged))
    return read
  }).pipe(Effect.scoped)
