/**
 * Stored tables, each defined once by its columns and its key. `facts` are rows that are true of their key for
 * ever; `entities` describe things that change.
 */
import type {
  Cell,
  Column,
  Columns,
  Declaration,
  EntityCell,
  IdTableName,
  ObservationHeader
} from "./column.ts"
import type { Versions } from "./versions.ts"

/** A table as SQLite stores it. */
export interface StoredTable {
  readonly name: string
  /** The names of the columns, in their order. */
  readonly columns: ReadonlyArray<string>
  /** The columns that tell rows apart. */
  readonly key: ReadonlyArray<string>
  /** The columns by which rows are stored and fastest to read. The default is the key. */
  readonly order?: ReadonlyArray<string>
  readonly definitions: Readonly<Record<string, Declaration>>
  /** `CREATE INDEX` without its first two words. */
  readonly indexes?: ReadonlyArray<string>
  /** Declares the table STRICT. The default is true unless a column is NUMERIC, which STRICT does not allow. */
  readonly strict?: boolean
}

/**
 * Facts: rows that are true of their key for ever (a quote in a slot). A second observation of the same
 * fact replaces the first, unless `firstStands`; `seq` order decides.
 */
export interface FactTable extends StoredTable {
  readonly kind: "facts"
  /**
   * The column with a time in microseconds that may be sent again with fewer digits. A time that is the
   * stored one cut to milliseconds or seconds does not replace it.
   */
  readonly finest?: string
  /** Keeps the row of the first observation, of facts that each later one repeats. */
  readonly firstStands?: boolean
}

/**
 * Entities: rows that describe a thing that changes (a market). The newest `observed_at` wins, ties by
 * `seq`, and a final description yields only to a later final one. Rows are written when they differ; the
 * sightings are kept beside them in `<name>_seen`, so that a listing costs what changed in it.
 */
export interface EntityTable extends StoredTable {
  readonly kind: "entities"
  /** Where the versions of the entities are kept, if they are (versions.ts). */
  readonly versions?: Versions
}

export type Table = FactTable | EntityTable

/** Returns the columns that hold texts in rows, and the texts' ids of that table in the stored table. */
export const columnsOfIds = ({ columns, definitions }: StoredTable, of: IdTableName): ReadonlyArray<string> =>
  columns.filter((column) => definitions[column]?.idTable === of)

/** Computes the cells of a row, in the order of the table's columns. */
type RowOf<Item, AnyCell> = (item: Item, header: ObservationHeader) => ReadonlyArray<AnyCell>

type Definition<Defined extends Columns<never>> = Pick<StoredTable, "name" | "indexes" | "strict"> & {
  readonly columns: Defined
}

type Names<Defined> = ReadonlyArray<keyof Defined & string>

const rowOf = <Item, AnyCell extends EntityCell>(definitions: Columns<Item>): RowOf<Item, AnyCell> => {
  const cells = Object.values(definitions).map(({ cellOf }) => cellOf)
  return (item, header) => {
    const row = new Array<AnyCell>(cells.length)
    for (let i = 0; i < cells.length; i++)
      row[i] = (cells[i] as Column<Item>["cellOf"])(item, header) as AnyCell
    return row
  }
}

/** Defines a table of facts. Their columns take values that were read, so no cell is `KEPT`. */
export const factTable =
  <Item = unknown>() =>
  <const Defined extends Columns<Item>>(
    definition: Definition<Defined> & {
      readonly key: Names<Defined>
      readonly order?: Names<Defined>
      readonly finest?: keyof Defined & string
      readonly firstStands?: boolean
    }
  ) => {
    const definitions: Defined = definition.columns
    return {
      ...definition,
      kind: "facts" as const,
      columns: Object.keys(definitions),
      definitions,
      rowOf: rowOf<Item, Cell>(definitions)
    }
  }

/** Defines a table of entities. The first column is the key. */
export const entityTable =
  <Item>() =>
  <const Defined extends Columns<Item>>(definition: Definition<Defined>) => {
    const definitions: Defined = definition.columns
    const columns = Object.keys(definitions)
    return {
      ...definition,
      kind: "entities" as const,
      columns,
      key: columns.slice(0, 1),
      definitions,
      rowOf: rowOf<Item, EntityCell>(definitions)
    }
  }
