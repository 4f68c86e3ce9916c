/** The types of DuckDB, and so of Parquet and of `query`, that the columns of the tables have. */
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DECIMAL,
  DOUBLE,
  type DuckDBType,
  TIMESTAMPTZ,
  VARCHAR
} from "@duckdb/node-api"
import type { ColumnKind } from "../../../domain/read/column.ts"
import type { PublicTable } from "../../../domain/read/view.ts"

/** The number of digits in all, and after the point. Up to 9 digits are 32-bit integers, up to 18 64-bit ones. */
interface DecimalShape {
  readonly width: number
  readonly scale: number
}

/** 99,999.9999 cents: a thousand dollars where a contract pays one. */
const CENTS: DecimalShape = { width: 9, scale: 4 }
/** A trillion contracts, where the busiest markets count ten digits. */
const CONTRACTS: DecimalShape = { width: 18, scale: 6 }

const EXCEPTIONS: Readonly<Record<string, DecimalShape>> = {
  // A sum over the whole book rather than a price.
  liquidity: { width: 18, scale: 4 },
  // Half of two prices of four digits has five.
  midpoint: { width: 9, scale: 5 }
}

const TYPES: Readonly<Record<ColumnKind, DuckDBType>> = {
  cents: DECIMAL(CENTS.width, CENTS.scale),
  contracts: DECIMAL(CONTRACTS.width, CONTRACTS.scale),
  text: VARCHAR,
  integer: BIGINT,
  real: DOUBLE,
  flag: BOOLEAN,
  slot: TIMESTAMPTZ,
  time: TIMESTAMPTZ,
  blob: BLOB
}

/** Returns the decimal of a column, or `undefined` for a column of another kind. */
export const decimalOf = (column: string, kind: ColumnKind): DecimalShape | undefined =>
  kind === "cents" || kind === "contracts"
    ? (EXCEPTIONS[column] ?? (kind === "cents" ? CENTS : CONTRACTS))
    : undefined

export const duckType = (column: string, kind: ColumnKind): DuckDBType => {
  const decimal = decimalOf(column, kind)
  return decimal === undefined ? TYPES[kind] : DECIMAL(decimal.width, decimal.scale)
}

export const kindOf = (table: PublicTable, column: string): ColumnKind => table.columns[column] ?? "text"

/** Returns the type of a column in the words of SQL. */
export const sqlType = (table: PublicTable, column: string): string =>
  duckType(column, kindOf(table, column)).toString()

export const columnsOf = (table: PublicTable): ReadonlyArray<string> => Object.keys(table.columns)
