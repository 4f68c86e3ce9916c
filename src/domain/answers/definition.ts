/**
 * Derived views and macros: building blocks of answers, in DuckDB's SQL over the public tables. Each is defined once,
 * and is the same in `query`, in `analytics.duckdb` and in the library.
 */

interface Described {
  readonly name: string
  /** One sentence without a full stop: the comment of the object, and its line in lists. */
  readonly about: string
  /**
   * The public tables, derived views and macros that the SQL reads. Statements that DuckDB does not plan, such as
   * DESCRIBE, load the tables named here.
   */
  readonly reads: ReadonlyArray<string>
  /** The SELECT of a view or table macro, or the expression of a scalar macro. */
  readonly sql: string
}

/** A column of an answer: its type in DuckDB's words, and what it is, with its unit and the meaning of NULL. */
export interface AnswerColumn {
  readonly type: string
  readonly about: string
}

export interface Parameter {
  readonly name: string
  readonly about: string
  /** The SQL of the default. A parameter without one must be given. */
  readonly otherwise?: string
}

export interface DerivedView extends Described {
  readonly kind: "view"
  readonly columns: Readonly<Record<string, AnswerColumn>>
}

/** A macro that is used as a table: `FROM quote_at('KX-1', TIMESTAMPTZ '2026-11-22 12:00:00Z')`. */
export interface TableMacro extends Described {
  readonly kind: "table macro"
  readonly parameters: ReadonlyArray<Parameter>
  readonly columns: Readonly<Record<string, AnswerColumn>>
}

/** A macro that is used as a value: `SELECT price_at(ticker, close_time) FROM markets`. */
export interface ScalarMacro extends Described {
  readonly kind: "scalar macro"
  readonly parameters: ReadonlyArray<Parameter>
  readonly returns: AnswerColumn
}

export type Answer = DerivedView | TableMacro | ScalarMacro
