/**
 * Answers SQL about the recorded tables, in DuckDB's dialect. Reading only: a query changes nothing, takes no
 * lock, sees one moment of the database, and reaches neither files nor the network.
 */
import { Context, type Effect } from "effect"
import type { NoDatabase, QueryFailed, StorageFailed } from "../domain/errors.ts"

/**
 * A value as JSON can hold it without losing a digit. Decimals and large integers are numbers where the
 * double prints as the same digits, and text otherwise; times are ISO 8601 text, in UTC with `Z` (without
 * it where the SQL itself dropped the zone); lists are arrays, structs objects, blobs `\x41` text.
 */
export type QueryValue =
  | null
  | boolean
  | number
  | string
  | ReadonlyArray<QueryValue>
  | { readonly [key: string]: QueryValue }

export interface QueryColumn {
  readonly name: string
  /** DuckDB's name of the type: `VARCHAR`, `DECIMAL(9,4)`. */
  readonly type: string
}

export interface QueryResult {
  readonly columns: ReadonlyArray<QueryColumn>
  /** Values in the order of the columns. */
  readonly rows: ReadonlyArray<ReadonlyArray<QueryValue>>
  /** True when there were more rows than `rowsMax`. */
  readonly truncated: boolean
  /** The tables that were loaded for the answer. */
  readonly loaded: ReadonlyArray<string>
}

export interface QueryLimits {
  /** Rows handed back at most; all of them when left out. */
  readonly rowsMax?: number
  /** DuckDB's memory in megabytes; beyond it, it spills to the disk. */
  readonly memoryMegabytes?: number
}

export class Analytics extends Context.Tag("kalshi-tape/Analytics")<
  Analytics,
  {
    /**
     * One SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN over the tables of
     * domain/catalog.ts; only the tables and columns that it needs are read. Any other statement, an
     * unknown table and every error of the SQL is a `QueryFailed` of one line.
     */
    readonly query: (options: {
      readonly sql: string
      readonly limits?: QueryLimits
    }) => Effect.Effect<QueryResult, QueryFailed | StorageFailed | NoDatabase>
  }
>() {}
