/**
 * The bounds that a query sets to the rows of a table by comparing columns with constants. A source may leave out rows
 * outside of the bounds, and need not: DuckDB filters what it gets.
 */
import { quotedString } from "@duckdb/node-api"
import type { PublicTable } from "../../../domain/read/view.ts"
import { isoMicros } from "../../../domain/units/time.ts"
import { kindOf } from "./kinds.ts"

/** A text, a whole number, or a time in microseconds since 1970. */
export type Bound = string | number

/** The bounds of one column. They contain their ends. */
export interface ColumnBounds {
  readonly values?: ReadonlyArray<Bound>
  readonly from?: Bound
  readonly to?: Bound
}

/** The bounds of each column that has any. */
export type Bounds = ReadonlyMap<string, ColumnBounds>

export const NO_BOUNDS: Bounds = new Map()

const literal = (value: Bound): string => (typeof value === "number" ? String(value) : quotedString(value))

/** Returns the conditions on an expression of SQLite that the bounds of a column mean. */
export const conditionsOn = (
  expression: string,
  { from, to, values }: ColumnBounds,
  literalOf: (value: Bound) => string = literal
): ReadonlyArray<string> => [
  ...(values === undefined ? [] : [`${expression} IN (${values.map(literalOf).join(", ")})`]),
  ...(from === undefined ? [] : [`${expression} >= ${literalOf(from)}`]),
  ...(to === undefined ? [] : [`${expression} <= ${literalOf(to)}`])
]

/** The forms of time have a fixed width, so that a slot is the beginning of the other form of its time. */
const SLOT_WIDTH = "2026-11-22T12:15:00".length

/** Returns the text in which a column of times holds a time. A slot holds the second of the time. */
export const timeLiteral = (kind: "slot" | "time", micros: number): string => {
  const text = isoMicros(micros)
  return kind === "time" ? text : `${text.slice(0, SLOT_WIDTH)}Z`
}

/** A column of a view that a stored table has as it is shown. SQLite compares it by its own type. */
const STORED = /^\w+\.\w+$/

const isStored = (table: PublicTable, column: string): boolean =>
  !("shown" in table) ||
  STORED.test(String((table.shown as Readonly<Record<string, { sql: string }>>)[column]?.sql))

/** Returns the conditions that bounds mean on the columns of a table or a view of SQLite. */
export const conditionsOf = (
  table: PublicTable,
  bounds: Bounds,
  nameOf: (column: string) => string
): ReadonlyArray<string> =>
  [...bounds].flatMap(([column, of]) => {
    if (!isStored(table, column)) return []
    const kind = kindOf(table, column)
    return conditionsOn(nameOf(column), of, (value) =>
      (kind === "slot" || kind === "time") && typeof value === "number"
        ? quotedString(timeLiteral(kind, value))
        : literal(value)
    )
  })

export interface Span {
  readonly from: number
  readonly to: number
}

/** Returns the range of numbers or times that bounds leave of a range. It may be empty. */
export const within = (bounds: ColumnBounds | undefined, { from, to }: Span, unit = 1): Span => ({
  from: typeof bounds?.from === "number" ? Math.max(from, Math.floor(bounds.from / unit)) : from,
  to: typeof bounds?.to === "number" ? Math.min(to, Math.floor(bounds.to / unit)) : to
})

/** Returns what two spans have in common. It may be empty. */
export const common = (one: Span, other: Span): Span => ({
  from: Math.max(one.from, other.from),
  to: Math.min(one.to, other.to)
})

const least = (one: Bound, other: Bound): Bound => (one < other ? one : other)
const most = (one: Bound, other: Bound): Bound => (one > other ? one : other)

const column = (
  values: ReadonlyArray<Bound> | undefined,
  from: Bound | undefined,
  to: Bound | undefined
): ColumnBounds => ({
  ...(values === undefined ? {} : { values }),
  ...(from === undefined ? {} : { from }),
  ...(to === undefined ? {} : { to })
})

const both = <A>(
  one: A | undefined,
  other: A | undefined,
  combine: (one: A, other: A) => A
): A | undefined => (one === undefined || other === undefined ? undefined : combine(one, other))

/** Returns the bounds of rows that are in one or the other of two bounds. */
export const eitherOf = (one: ColumnBounds, other: ColumnBounds): ColumnBounds =>
  column(
    both(one.values, other.values, (some, more) => [...new Set([...some, ...more])]),
    both(one.from, other.from, least),
    both(one.to, other.to, most)
  )

const each = <A>(one: A | undefined, other: A | undefined, combine: (one: A, other: A) => A): A | undefined =>
  both(one, other, combine) ?? one ?? other

/** Returns the bounds of rows that are in both of two bounds. */
export const bothOf = (one: ColumnBounds, other: ColumnBounds): ColumnBounds =>
  column(
    each(one.values, other.values, (some, more) => some.filter((value) => more.includes(value))),
    each(one.from, other.from, most),
    each(one.to, other.to, least)
  )
