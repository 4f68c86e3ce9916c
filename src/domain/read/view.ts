/**
 * Tables as users see them: views over the stored tables, and records that are tables of their own. A view
 * takes the kinds of its columns from the stored table; expressions and joins are SQL, written by hand.
 */
import type { ColumnKind, Declaration } from "./column.ts"

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

/** A column of a view. `Required` is true if it is never NULL. */
export interface ViewColumn<
  out Kind extends ColumnKind = ColumnKind,
  out Required extends boolean = boolean
> {
  readonly kind: Kind
  readonly required: Required
  readonly sql: string
}

export type ViewColumns = Readonly<Record<string, ViewColumn>>

/** A view with what its columns are, which types the records that repositories read from it. */
export interface View<out Shown extends ViewColumns = ViewColumns> extends PublicTable {
  readonly shown: Shown
  /** The SQL of the `SELECT` beneath the view. */
  readonly select: string
  /** The part of `select` that begins with FROM. */
  readonly from: string
}

/** A column of a view that is an expression, or that a joined table has. */
export const shownAs = <Kind extends ColumnKind>(kind: Kind, sql: string): ViewColumn<Kind, false> => ({
  kind,
  required: false,
  sql
})

/** A column like those of `shownAs` that is never NULL. */
export const alwaysShownAs = <Kind extends ColumnKind>(kind: Kind, sql: string): ViewColumn<Kind, true> => ({
  kind,
  required: true,
  sql
})

/** The ticker of a market whose id the view joins with `market_numbers n`. */
export const ticker = alwaysShownAs("text", "n.ticker")

type Declarations = Readonly<Record<string, Declaration>>

type Shown<Defined extends Declarations> = {
  readonly [Name in keyof Defined]: ViewColumn<Defined[Name]["kind"], Defined[Name]["required"]>
}

const stored = (name: string, alias: string) => (alias === "" ? name : `${alias}.${name}`)

/** Returns the columns of a stored table as a view shows them, without the hidden ones. The view calls it `alias`. */
export const shownOf = <Defined extends Declarations, Hidden extends keyof Defined = never>(
  { definitions }: { readonly definitions: Defined },
  alias: string,
  hidden: ReadonlyArray<Hidden> = []
): Omit<Shown<Defined>, Hidden> => {
  const shown = Object.entries(definitions).filter(([name]) => !hidden.some((one) => one === name))
  return Object.fromEntries(
    shown.map(([name, { idTable, kind, required }]) => {
      const column = stored(name, alias)
      const sql =
        idTable === "shared_texts" ? `(SELECT content FROM shared_texts WHERE text = ${column})` : column
      return [name, { kind, required, sql }]
    })
  ) as Omit<Shown<Defined>, Hidden>
}

const named = (name: string, sql: string) =>
  sql === name || sql.endsWith(`.${name}`) ? sql : `${sql} AS ${name}`

/** Defines a view by its columns and the rest of its `SELECT`, from `FROM` on. */
export const view = <const Shown extends ViewColumns>(definition: {
  readonly name: string
  readonly about: string
  readonly columns: Shown
  readonly key: ReadonlyArray<keyof Shown & string>
  readonly from: string
  readonly origin?: PublicTable["origin"]
}): View<Shown> => {
  const { columns, from, ...rest } = definition
  const list = Object.entries(columns).map(([name, { sql }]) => named(name, sql))
  return {
    origin: "projected",
    ...rest,
    columns: Object.fromEntries(Object.entries(columns).map(([name, { kind }]) => [name, kind])),
    shown: columns,
    from,
    select: `SELECT ${list.join(", ")} ${from}`
  }
}
