/** What is said of a table that users see. */

/**
 * What a column holds in SQLite, and so what it becomes in DuckDB and Parquet.
 * `cents` has up to 4 fractional digits, `contracts` up to 6; `slot` and `time` are the UTC texts of
 * domain/time.ts; `flag` is 0 or 1; `bytes` a count of bytes or a blob's place.
 */
export type ColumnKind =
  | "text"
  | "cents"
  | "contracts"
  | "integer"
  | "real"
  | "flag"
  | "slot"
  | "time"
  | "blob"

export interface PublicTable {
  readonly name: string
  readonly about: string
  /** Column name → kind, in the order of the table. */
  readonly columns: Readonly<Record<string, ColumnKind>>
  /** Columns that tell rows apart, in sorting order. */
  readonly key: ReadonlyArray<string>
  /** `projected` tables are functions of the log; `recorded` ones are records of their own. */
  readonly origin: "projected" | "recorded"
}
