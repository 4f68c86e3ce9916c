/** The dictionary of `query` for terminals: all tables, derived views and macros, and the columns of one. */
import { answers } from "../../domain/answers/catalog.ts"
import type { Answer } from "../../domain/answers/definition.ts"
import { publicTables } from "../../domain/read/catalog.ts"
import { meaningsOf } from "../../domain/read/dictionary/dictionary.ts"
import { plain } from "../../domain/read/dictionary/meanings.ts"
import type { PublicTable } from "../../domain/read/view.ts"
import { columnsOf, kindOf, sqlType } from "../../layers/duckdb/staging/kinds.ts"
import { type Item, section, wrap } from "../cli/layout.ts"
import { screenWidth } from "./screen.ts"
import { bold } from "./style.ts"

/** The width of the lines where stdout is no terminal, and the largest one, beyond which lines are hard to read. */
const COLUMNS = 100
const COLUMNS_MAX = 120

export const dictionaryWidth = (): number => Math.min(screenWidth() ?? COLUMNS, COLUMNS_MAX)

/** The largest width of a column's name and type. */
const TERM_COLUMNS_MAX = 40

interface Column {
  readonly name: string
  readonly type: string
  /** The unit of a column of a table. The descriptions of other columns name theirs. */
  readonly unit?: string
  readonly about: string
}

export interface Entry {
  readonly name: string
  readonly kind: "table" | Answer["kind"]
  readonly about: string
  /** The columns that tell the rows of a table apart. */
  readonly key?: ReadonlyArray<string>
  /** The tables, views and macros that a view or a macro is made of. */
  readonly reads?: ReadonlyArray<string>
  readonly parameters?: ReadonlyArray<{
    readonly name: string
    readonly otherwise?: string
    readonly about: string
  }>
  readonly returns?: { readonly type: string; readonly about: string }
  readonly columns: ReadonlyArray<Column>
}

const tableColumns = (table: PublicTable): ReadonlyArray<Column> =>
  columnsOf(table).map((name) => {
    const kind = kindOf(table, name)
    const unit = kind === "cents" || kind === "contracts" ? { unit: kind } : {}
    return { name, type: sqlType(table, name), ...unit, about: plain(meaningsOf(table)[name] ?? "") }
  })

const withUnit = ({ about, unit }: Column): string =>
  unit === undefined || about.includes(unit) ? about : `${unit}: ${about}`

const answerColumns = (columns: Readonly<Record<string, Omit<Column, "name">>>): ReadonlyArray<Column> =>
  Object.entries(columns).map(([name, { about, type }]) => ({ name, type, about: plain(about) }))

const entryOf = (answer: Answer): Entry => {
  const { about, kind, name, reads } = answer
  const entry = { name, kind, about: plain(about), reads }
  if (answer.kind === "view") return { ...entry, columns: answerColumns(answer.columns) }
  const parameters = answer.parameters.map((one) => ({ ...one, about: plain(one.about) }))
  return answer.kind === "table macro"
    ? { ...entry, parameters, columns: answerColumns(answer.columns) }
    : {
        ...entry,
        parameters,
        returns: { ...answer.returns, about: plain(answer.returns.about) },
        columns: []
      }
}

export const entries = (): ReadonlyArray<Entry> => [
  ...publicTables.map((table): Entry => {
    const { about, key, name } = table
    return { name, kind: "table", about, key, columns: tableColumns(table) }
  }),
  ...answers.map(entryOf)
]

/** Returns how a macro is called, such as `price_at(ticker, time)`. */
const callOf = ({ name, parameters }: Entry): string =>
  parameters === undefined
    ? name
    : `${name}(${parameters.map((one) => (one.otherwise === undefined ? one.name : `${one.name} := ${one.otherwise}`)).join(", ")})`

const TITLES: ReadonlyArray<readonly [title: string, kind: Entry["kind"]]> = [
  ["Tables", "table"],
  ["Derived views", "view"],
  ["Macros that are used as tables", "table macro"],
  ["Macros that are used as values", "scalar macro"]
]

export const listLines = (all: ReadonlyArray<Entry>, width: number): ReadonlyArray<string> => {
  const lines = TITLES.flatMap(([title, kind]) =>
    section(
      bold(title),
      all.filter((one) => one.kind === kind).map(({ about, name }) => ({ term: name, about })),
      width
    )
  )
  return lines.slice(1)
}

export const entryLines = (entry: Entry, width: number): ReadonlyArray<string> => {
  const { about, columns, key, kind, parameters = [], reads = [], returns } = entry
  const facts: ReadonlyArray<Item> = [
    ...(key === undefined ? [] : [{ term: "Key", about: key.join(", ") }]),
    ...(reads.length === 0 ? [] : [{ term: "Made of", about: reads.join(", ") }]),
    ...(returns === undefined ? [] : [{ term: "Returns", about: `${returns.type}: ${returns.about}` }])
  ]
  // Types stand in a column of their own.
  const typeColumns = Math.max(0, ...columns.map(({ name }) => name.length)) + 2
  const described = columns.map((column) => ({
    term: `${column.name.padEnd(typeColumns)}${shortType(column.type)}`,
    about: withUnit(column)
  }))
  return [
    ...wrap(`${bold(callOf(entry))}, a ${kind}: ${about}.`, width),
    ...section("", facts, width).slice(1),
    ...section(
      bold("Parameters"),
      parameters.map(({ about, name }) => ({ term: name, about })),
      width
    ),
    ...section(bold("Columns"), described, width, TERM_COLUMNS_MAX)
  ]
}

/** Shortens the longest name of a type to the one by which SQL can call it, too. */
const shortType = (type: string): string =>
  type.startsWith("STRUCT") ? "STRUCT[]" : type.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")
