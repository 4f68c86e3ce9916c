/**
 * The SQL of the stored tables, and the tables that projections fill without naming them: the sightings of
 * entities, the ids of markets, and the ids of texts that many rows have alike.
 */
import type { Declaration } from "./column.ts"
import type { Projection } from "./projection.ts"
import { columnsOfIds, type EntityTable, type StoredTable, type Table } from "./table.ts"
import type { View } from "./view.ts"

const integer: Declaration = {
  kind: "integer",
  type: "INTEGER",
  required: true,
  constraint: "",
  idTable: undefined
}
const text: Declaration = { ...integer, kind: "text", type: "TEXT" }
const uniqueText: Declaration = { ...text, constraint: "UNIQUE" }

/** Defines a table whose first column is the key. */
const companion = <Name extends string>(name: Name, definitions: StoredTable["definitions"]) => {
  const columns = Object.keys(definitions)
  return { name, columns, key: columns.slice(0, 1), definitions }
}

/** Each ticker is stored once; all other tables store the market's id. */
export const marketNumbers = companion("market_numbers", { market: integer, ticker: uniqueText })

/** Texts can be long, so they are found by their digest. */
export const sharedTexts = companion("shared_texts", { text: integer, digest: uniqueText, content: text })

/** The tables that give ids, in the order of a projection's companions. */
export const idTables = [sharedTexts, marketNumbers]

/**
 * Returns the table of the newest sighting of each entity, all that a listing of unchanged entities touches. Where
 * versions are kept, `last_digest` is that of the last description in the log, if the newest sighting has another.
 */
export const sightings = ({ columns, definitions, name, versions }: EntityTable): StoredTable => {
  const [key = ""] = columns
  return companion(`${name}_seen`, {
    [key]: definitions[key] ?? text,
    final: integer,
    observed_at: text,
    seq: integer,
    digest: text,
    ...(versions === undefined ? {} : { last_digest: { ...text, required: false } })
  })
}

const versionTables = ({ versions }: EntityTable): ReadonlyArray<StoredTable> =>
  versions === undefined ? [] : [versions.rows, versions.pages]

const companionsOf = (table: Table): ReadonlyArray<StoredTable> => [
  ...(table.kind === "entities" ? [sightings(table), ...versionTables(table)] : []),
  ...idTables.filter(({ name }) => columnsOfIds(table, name).length > 0)
]

/** Returns every table that the projections fill, each once: their own first, then the companions. */
export const storedTables = (projections: ReadonlyArray<Projection>): ReadonlyArray<StoredTable> => {
  const own = projections.flatMap(({ tables }) => tables)
  const all: ReadonlyArray<StoredTable> = [...own, ...own.flatMap(companionsOf)]
  return [...new Map(all.map((table) => [table.name, table])).values()]
}

/** Returns the statements that create a table and its indexes. */
export const createSql = (table: StoredTable): ReadonlyArray<string> => {
  const { columns, definitions, indexes = [], key, name, order = key } = table
  const types = Object.values(definitions).map(({ type }) => type)
  const { strict = !types.includes("NUMERIC") } = table
  const primary = order.length === 1 ? order[0] : undefined
  const declared = columns.map((column) => {
    const { constraint, required, type } = definitions[column] ?? text
    const presence = column === primary ? "PRIMARY KEY" : required ? "NOT NULL" : ""
    return [column, type, presence, constraint].filter((word) => word !== "").join(" ")
  })
  const constraints = primary === undefined ? [`PRIMARY KEY (${order.join(", ")})`] : []
  // SQLite stores a table by its INTEGER PRIMARY KEY, and any other by a hidden number unless it is declared so.
  const isByRowid = primary !== undefined && definitions[primary]?.type === "INTEGER"
  const options = [...(strict ? ["STRICT"] : []), ...(isByRowid ? [] : ["WITHOUT ROWID"])]
  return [
    `CREATE TABLE ${name} (${[...declared, ...constraints].join(", ")}) ${options.join(", ")}`.trimEnd(),
    ...indexes.map((index) => `CREATE INDEX ${index}`)
  ]
}

export const createViewSql = ({ name, select }: View): string => `CREATE VIEW ${name} AS ${select}`
