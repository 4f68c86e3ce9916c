/**
 * Answers SQL about the recorded tables, in DuckDB's dialect. Reading only: a query changes nothing, takes no
 * lock, sees one moment of the database, and reaches neither files nor the network.
 */
import { Context, type Effect, type Scope } from "effect"
import type { NoDatabase, QueryFailed, StorageFailed } from "../domain/errors.ts"
import type { ReportSource } from "../domain/reports/document.ts"

/** A number that a double cannot hold exactly, kept as its decimal digits. */
export class ExactNumber {
  constructor(readonly digits: string) {}
  toString(): string {
    return this.digits
  }
  toJSON(): string {
    return this.digits
  }
}

/**
 * A value of an answer, with all of its digits. Decimals and integers are numbers if the double prints the
 * same digits, and an `ExactNumber` otherwise. Times are ISO 8601 text in UTC with `Z` (without `Z` if the
 * SQL removed the time zone). Intervals are text such as `1 day 02:00:00`; lists are arrays, structs objects,
 * blobs `\x41` text. NaN and the infinities are text, because JSON has no numbers for them.
 */
export type QueryValue =
  | null
  | boolean
  | number
  | string
  | ExactNumber
  | ReadonlyArray<QueryValue>
  | { readonly [key: string]: QueryValue }

export type QueryRow = ReadonlyArray<QueryValue>

export interface QueryColumn {
  readonly name: string
  /** DuckDB's name of the type: `VARCHAR`, `DECIMAL(9,4)`. */
  readonly type: string
}

export interface QueryResult {
  readonly columns: ReadonlyArray<QueryColumn>
  /** Values in the order of the columns. */
  readonly rows: ReadonlyArray<QueryRow>
  /** True when there were more rows than `rowsMax`. */
  readonly truncated: boolean
  /** The tables that were read for the answer. */
  readonly loaded: ReadonlyArray<string>
}

/** The resource limits of a query. Each has a default. */
export interface QueryLimits {
  /**
   * The longest time that DuckDB may work, in seconds. Time spent by the reader of the answer does not count.
   */
  readonly timeoutSeconds?: number
  /** The memory limit of DuckDB, in bytes. Beyond it, DuckDB spills to the disk. */
  readonly memoryBytes?: number
  /** The largest amount that the query may spill to the disk, in bytes. */
  readonly spillBytes?: number
}

/** An answer that is read in batches. Rows are computed only when they are asked for. */
export interface OpenAnswer {
  readonly columns: ReadonlyArray<QueryColumn>
  readonly loaded: ReadonlyArray<string>
  /**
   * Fetches the next batch of at least one row; an empty batch is the end. It fails on a value that is too
   * large.
   */
  readonly next: Effect.Effect<ReadonlyArray<QueryRow>, QueryFailed>
  /** Counts the remaining rows for at most `millis` milliseconds. `whole` tells whether all were counted. */
  readonly countRest: (
    millis: number
  ) => Effect.Effect<{ readonly rows: number; readonly whole: boolean }, QueryFailed>
}

/**
 * The values of a statement's parameters, by name: `$ticker` in the SQL is `ticker` here. A text becomes what the
 * statement compares it with, or what the function that gets it accepts. Where that may be of any type, a text that
 * reads as a number, as a time such as `2026-11-22T12:15:00Z` or a day such as `2026-11-22` (its first moment in UTC),
 * or as `true` or `false` is one; `$ticker::VARCHAR` in the SQL prevents that.
 */
export type QueryParameters = Readonly<Record<string, string | number | boolean | null>>

export interface QueryRequest {
  /**
   * The query: one SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN statement over the
   * tables of domain/read/catalog.ts. Facts are read from the lake and, of the observations after it, from SQLite, as
   * one table; a file of the lake that is missing or damaged is a `StorageFailed` that names it. Only the tables and
   * columns that it needs are read, and where it compares a ticker, a time or a seq with constants, only such rows. Any
   * other statement, an unknown table and every error in the SQL is a `QueryFailed`.
   */
  readonly sql: string
  /** A value for each parameter of the SQL. The values are bound; they never become part of the text. */
  readonly parameters?: QueryParameters
  /**
   * Answers from the tables as they were knowable at a time, UTC text such as `2026-11-22T12:15:00.000000Z`: from what
   * had been observed by then. See docs/tables.md.
   */
  readonly asOf?: string
  readonly limits?: QueryLimits
  /** Called while rows are read from SQLite, with their number so far, and whether all have been read. */
  readonly onRead?: (rows: number, all: boolean) => Effect.Effect<void>
}

/** Several statements over one moment of the database, each as in `QueryRequest`. The limits are those of all. */
export interface ManyQueries extends Omit<QueryRequest, "sql"> {
  readonly sqls: ReadonlyArray<string>
}

export interface ManyResults {
  /** The answers, in the order of the statements. */
  readonly results: ReadonlyArray<QueryResult>
  /** The log that the tables of that moment follow from. */
  readonly source: ReportSource
}

export type QueryProblem = QueryFailed | StorageFailed | NoDatabase

export class Analytics extends Context.Tag("kalshi-tape/Analytics")<
  Analytics,
  {
    /** Runs a query. The answer can be read until the scope is closed. */
    readonly open: (request: QueryRequest) => Effect.Effect<OpenAnswer, QueryProblem, Scope.Scope>
    /** Runs a query and returns all rows, or the first `rowsMax`. */
    readonly query: (
      request: QueryRequest & { readonly rowsMax?: number }
    ) => Effect.Effect<QueryResult, QueryProblem>
    /** Runs statements over one moment of the database, and returns all of their rows. */
    readonly queryAll: (request: ManyQueries) => Effect.Effect<ManyResults, QueryProblem>
    /** Runs a query and writes the rows to a Parquet file, over what it held; returns their number. */
    readonly writeParquet: (
      request: QueryRequest & { readonly path: string }
    ) => Effect.Effect<{ readonly rows: number }, QueryProblem>
  }
>() {}
