/** What the columns of the catalog become in DuckDB, and so in Parquet and in `query`. */
import type { ColumnKind } from "../../../domain/read/column.ts"
import type { PublicTable } from "../../../domain/read/view.ts"

export interface DecimalShape {
  /** Digits in all. Up to 9 they are 32-bit integers in Parquet, up to 18 64-bit ones. */
  readonly width: number
  /** Digits after the point. */
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

/** The decimal of a column, or `undefined` for a column of another kind. */
export const decimalOf = (column: string, kind: ColumnKind): DecimalShape | undefined => {
  if (kind !== "cents" && kind !== "contracts") return undefined
  return EXCEPTIONS[column] ?? (kind === "cents" ? CENTS : CONTRACTS)
}

const TYPES: Readonly<Record<Exclude<ColumnKind, "cents" | "contracts">, string>> = {
  text: "VARCHAR",
  integer: "BIGINT",
  real: "DOUBLE",
  flag: "BOOLEAN",
  slot: "TIMESTAMP WITH TIME ZONE",
  time: "TIMESTAMP WITH TIME ZONE",
  blob: "BLOB"
}

export const sqlType = (column: string, kind: ColumnKind): string => {
  if (kind !== "cents" && kind !== "contracts") return TYPES[kind]
  const { width, scale } = EXCEPTIONS[column] ?? (kind === "cents" ? CENTS : CONTRACTS)
  return `DECIMAL(${width},${scale})`
}

export const kindOf = (table: PublicTable, column: string): ColumnKind => table.columns[column] ?? "text"

export const columnsOf = (table: PublicTable): ReadonlyArray<string> => Object.keys(table.columns)
