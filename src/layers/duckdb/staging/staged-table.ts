/** Tables in the schema `staged` of a DuckDB: the rows that the views of the same DuckDB are made of. */
import { quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, Stream } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import type { SqliteRow } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import { type ColumnValues, chunkOf, type StagedColumn } from "./chunk.ts"
import { duckType } from "./kinds.ts"

interface StagedTable {
  readonly name: string
  readonly columns: ReadonlyArray<StagedColumn>
  /** The rows, a chunk of columns at a time. */
  readonly chunks: Stream.Stream<ReadonlyArray<ColumnValues>, StorageFailed>
  /** Called with the number of rows so far. */
  readonly onRows?: (rows: number) => Effect.Effect<void>
}

/** Turns rows into columns. */
export const columnsOfRows = (rows: ReadonlyArray<SqliteRow>): ReadonlyArray<ColumnValues> =>
  (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? null))

/** Creates a table and fills it. Returns the number of its rows. */
export const fillStaged = <E>(
  duck: Duck<E>,
  { chunks, columns, name, onRows = () => Effect.void }: StagedTable
): Effect.Effect<number, E | StorageFailed> =>
  Effect.gen(function* () {
    const definitions = columns.map(({ kind, name }) => `${quoted(name)} ${duckType(name, kind)}`)
    yield* duck.run("CREATE SCHEMA IF NOT EXISTS staged")
    yield* duck.run(`CREATE OR REPLACE TABLE staged.${quoted(name)} (${definitions.join(", ")})`)
    const appender = yield* duck.appender(name)
    const rows = yield* Stream.runFoldEffect(chunks, 0, (before, values) =>
      Effect.gen(function* () {
        const read = before + (values[0]?.length ?? 0)
        if (read === before) return before
        yield* duck.attempt(() => appender.appendDataChunk(chunkOf(columns, values)))
        yield* onRows(read)
        return read
      })
    )
    yield* duck.attempt(() => appender.flushSync())
    return rows
  }).pipe(Effect.scoped)
