/**
 * Records: rows of the tables that users see, as the repositories return them. A record has the columns of its
 * table under their names in camel case (`yes_bid` is `yesBid`); docs/tables.md describes each of them.
 */
import type { DateTime } from "effect"
import type { UtcTime } from "../units/moment.ts"
import type { ColumnKind } from "./column.ts"
import type { ViewColumn, ViewColumns } from "./view.ts"

/** A time that the exchange sends: `null` if it sent none, and the empty string if it sent that. */
export type SentTime = UtcTime | "" | null

/** The values of columns that are never NULL, by kind. */
interface Values extends Record<ColumnKind, unknown> {
  readonly text: string
  /** Cents, exact below one: the double nearest to the decimal that was sent. */
  readonly cents: number
  /** Contracts, exact below one. */
  readonly contracts: number
  readonly integer: number
  readonly real: number
  readonly flag: boolean
  /** Whole seconds. */
  readonly slot: DateTime.Utc
  readonly time: UtcTime
  readonly blob: Uint8Array
}

type ValueOf<Kind extends ColumnKind, Required extends boolean> = Required extends true
  ? Values[Kind]
  : Kind extends "time"
    ? SentTime
    : Values[Kind] | null

type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

/** A row of a table, with `null` for NULL. */
export type RecordOf<Table extends { readonly shown: ViewColumns }> = {
  readonly [Name in keyof Table["shown"] &
    string as CamelCase<Name>]: Table["shown"][Name] extends ViewColumn<infer Kind, infer Required>
    ? ValueOf<Kind, Required>
    : never
}
