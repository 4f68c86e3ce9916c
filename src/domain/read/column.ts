/**
 * Columns of the stored tables: what a column holds, how SQLite declares it, and where its value comes from. A
 * column is defined once; `CREATE TABLE`, the rows that are written and the views' columns follow from it.
 */
import type { LoggedObservation } from "../observation.ts"
import { type Millionths, toCents, toContracts } from "../units/fixed.ts"
import { type SlotSeconds, slotText } from "../units/time.ts"
import { type Field, unread } from "./field.ts"

/** A value as SQLite stores it. Booleans are 0 and 1. */
export type Cell = string | number | null

/** The cell of an entity row whose value could not be read: the table keeps the value it has, or NULL. */
export const KEPT = false

export type EntityCell = Cell | typeof KEPT

/**
 * The meaning of a column, which decides its type in DuckDB, in Parquet and in the repositories' records.
 * `cents` has up to 4 fractional digits, `contracts` up to 6; `slot` and `time` are the UTC texts of
 * domain/units/time.ts; `flag` is 0 or 1.
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

/** An observation without its body: what a row may take from the answer as a whole. */
export type ObservationHeader = Omit<LoggedObservation, "body">

/** The tables that give ids to texts: to tickers, and to long texts that many rows have alike. */
export type IdTableName = "market_numbers" | "shared_texts"

/** A column as `CREATE TABLE` declares it. `Required` is true if it is never NULL. */
export interface Declaration<
  out Kind extends ColumnKind = ColumnKind,
  out Required extends boolean = boolean
> {
  readonly kind: Kind
  readonly required: Required
  /** The declared type. Exact decimals have the affinity NUMERIC, which stores 45 as an integer. */
  readonly type: "INTEGER" | "NUMERIC" | "TEXT"
  /** The constraint beside NOT NULL. */
  readonly constraint: "" | "UNIQUE" | `CHECK ${string}`
  /** The table that has the text whose id the column stores in its place. */
  readonly idTable: IdTableName | undefined
}

/** A column of a stored table, whose rows are made of items of type `Item`. */
export interface Column<
  in Item,
  out Kind extends ColumnKind = ColumnKind,
  out Required extends boolean = boolean
> extends Declaration<Kind, Required> {
  readonly cellOf: (item: Item, header: ObservationHeader) => EntityCell
}

export type Columns<Item> = Readonly<Record<string, Column<Item>>>

const kindOfColumn =
  <Kind extends ColumnKind, Value>(
    kind: Kind,
    type: Declaration["type"],
    toCell: (value: Value) => Cell,
    idTable?: IdTableName
  ) =>
  <Item>(valueOf: (item: Item, header: ObservationHeader) => Field<Value>): Column<Item, Kind, false> => ({
    kind,
    required: false,
    type,
    constraint: "",
    idTable,
    cellOf: (item, header) => {
      const value = valueOf(item, header)
      if (value === unread) return KEPT
      // SQL has one NULL for both a null and an absent field.
      return value === undefined || value === null ? null : toCell(value)
    }
  })

const same = <Value extends Cell>(value: Value): Cell => value

/** Defines a column by the function that takes its value from an item. */
export const text = kindOfColumn("text", "TEXT", same<string>)
/** Cents, from micro-dollars. */
export const cents = kindOfColumn("cents", "NUMERIC", (price: Millionths) => toCents(price))
/** Contracts, from millionths of a contract. */
export const contracts = kindOfColumn("contracts", "NUMERIC", (count: Millionths) => toContracts(count))
export const integer = kindOfColumn("integer", "INTEGER", same<number>)
export const real = kindOfColumn("real", "NUMERIC", same<number>)
export const flag = kindOfColumn("flag", "INTEGER", (value: boolean) => Number(value))
export const slot = kindOfColumn("slot", "TEXT", (value: SlotSeconds) => slotText(value))
export const time = kindOfColumn("time", "TEXT", same<string>)
/** A ticker in rows, and the market's id in the table `market_numbers` where they are stored. */
export const market = kindOfColumn("text", "INTEGER", same<string>, "market_numbers")
/** A long text that many rows have alike: its id in the table `shared_texts` is stored in its place. */
export const sharedText = kindOfColumn("text", "INTEGER", same<string>, "shared_texts")

/** Declares a column NOT NULL. */
export const required = <Item, Kind extends ColumnKind>(
  column: Column<Item, Kind>,
  constraint: Declaration["constraint"] = ""
): Column<Item, Kind, true> => ({ ...column, required: true, constraint })
