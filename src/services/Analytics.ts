/**
 * Answers SQL about the recorded tables, in DuckDB's dialect. Reading only: a query changes nothing, takes no
 * lock, sees one moment of the database, and reaches neither files nor the network.
 */
import { Context, type Effect, type Scope } from "effect"
import type { NoDatabase, QueryFailed, StorageFailed } from "../domain/errors.ts"

/** A number that no double holds, as its digits. */
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
 * A value without a digit lost. Decimals and integers are numbers where the double prints as the same digits,
 * and an `ExactNumber` otherwise; times are ISO 8601 text, in UTC with `Z` (without it where the SQL itself
 * dropped the zone); intervals are text such as `1 day 02:00:00`; lists are arrays, structs objects, blobs
 * `\x41` text. NaN and the infinities are text, because JSON has no number for them.
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
  /** The tables that were loaded for the answer. */
  readonly loaded: ReadonlyArray<string>
}

/** What a query may use; each limit has a default. */
export interface QueryLimits {
  /** Seconds of work. The time that a reader of the answer takes does not count. */
  readonly timeoutSeconds?: number
  /** DuckDB's memory in bytes; beyond it, DuckDB spills to the disk. */
  readonly memoryBytes?: number
  /** Bytes on the disk that the query may spill at most. */
  readonly spillBytes?: number
}

/** An answer that is read bit by bit; what has not been asked for has not been made. */
export interface OpenAnswer {
  readonly columns: ReadonlyArray<QueryColumn>
  readonly loaded: ReadonlyArray<string>
  /** The next rows, at least one; none at the end. A value that is too large to be handed on fails it. */
  readonly next: Effect.Effect<ReadonlyArray<QueryRow>, QueryFailed>
  /** Counts the rows that `next` has not handed out, for `millis` at most; `whole` when that was enough. */
  readonly countRest: (
    millis: number
  ) => Effect.Effect<{ readonly rows: number; readonly whole: boolean }, QueryFailed>
}

export interface Question {
  /**
   * One SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN over the tables of
   * domain/catalog.ts; only the tables and columns that it needs are read. Any other statement, an
   * unknown table and every error of the SQL is a `QueryFailed`.
   */
  readonly sql: string
  readonly limits?: QueryLimits
  /** Called with the rows of the tables that have been read so far, and whether those are all. */
  readonly onRead?: (rows: number, all: boolean) => Effect.Effect<void>
}

export type QueryProblem = QueryFailed | StorageFailed | NoDatabase

export class Analytics extends Context.Tag("kalshi-tape/Analytics")<
  Analytics,
  {
    /** The answer lives as long as the scope. */
    readonly open: (question: Question) => Effect.Effect<OpenAnswer, QueryProblem, Scope.Scope>
    /** All rows at once, or the first `rowsMax`. */
    readonly query: (
      question: Question & { readonly rowsMax?: number }
    ) => Effect.Effect<QueryResult, QueryProblem>
    /** Writes the rows over a file; answers how many there are. */
    readonly writeParquet: (
      question: Question & { readonly path: string }
    ) => Effect.Effect<{ readonly rows: number }, QueryProblem>
  }
>() {}
