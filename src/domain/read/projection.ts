/**
 * A projection reads observations and makes rows: a pure function, run alike when collecting, when
 * catching up after a crash and when replaying. It knows no clock; its times come from the observation.
 */
import type { LoggedObservation } from "../observation.ts"
import type { Reading } from "./reading.ts"
import type { WireProblem } from "./wire/shape.ts"

/** What SQLite holds in a column. Booleans are 0 and 1. */
export type Cell = string | number | null

/**
 * The cell of an entity row whose value could not be read: the table keeps the value it has, or NULL. `false`
 * is used because it survives serialization to another thread, and booleans are stored as 0 and 1.
 */
export const KEPT = false

export type EntityCell = Cell | typeof KEPT

/**
 * Facts: rows that are true of their key for ever (a quote in a slot). A second observation of the same
 * fact replaces the first; `seq` order decides.
 */
export interface FactTable {
  readonly kind: "facts"
  readonly name: string
  readonly columns: ReadonlyArray<string>
  readonly key: ReadonlyArray<string>
  /** The columns by which the table is physically ordered and fastest to read. The default is the key. */
  readonly order?: ReadonlyArray<string>
  /**
   * The column with a time in microseconds that may be sent again with fewer digits. A time that is the
   * stored one cut to milliseconds or seconds does not replace it.
   */
  readonly finest?: string
}

/**
 * Entities: rows that describe a thing that changes (a market). The newest `observed_at` wins, ties by
 * `seq`, and a final description yields only to a later final one. Rows are written when they differ;
 * who was seen when is kept beside them in `<name>_seen`, so that a listing costs what changed in it.
 */
export interface EntityTable {
  readonly kind: "entities"
  readonly name: string
  /** The first column is the key. */
  readonly columns: ReadonlyArray<string>
  /** Columns of long texts that many rows have alike: they hold a text in rows, and its number in the table. */
  readonly shared?: ReadonlyArray<string>
}

/** The column named `market` holds a ticker in rows, and that ticker's number in the table. */
export const MARKET_COLUMN = "market"

export type Table = FactTable | EntityTable

export interface FactRows {
  readonly table: FactTable
  readonly rows: ReadonlyArray<ReadonlyArray<Cell>>
}

export interface EntityRow {
  /** What the first column holds. */
  readonly key: string
  readonly final: boolean
  /** Tells this description from any other of the thing; left out, the cells themselves do. */
  readonly digest?: string
  /** Asked for only when the row is not known to stand in the table already. */
  readonly cells: () => ReadonlyArray<EntityCell>
}

export interface EntityRows {
  readonly table: EntityTable
  readonly rows: ReadonlyArray<EntityRow>
}

/** The row of an entity whose description is at hand. */
export const entityRow = (cells: ReadonlyArray<EntityCell>, final: boolean): EntityRow => ({
  key: String(cells[0]),
  final,
  cells: () => cells
})

/** What one projection makes of one observation. */
export interface Projected {
  readonly rows: ReadonlyArray<FactRows | EntityRows>
  /**
   * The items and fields that no decoder accepts. They go to `quarantine`; the rest of the page is projected.
   */
  readonly problems: ReadonlyArray<WireProblem>
}

export interface Projection {
  readonly name: string
  /**
   * Raise it whenever the same log would give other rows: tables built by another version are rebuilt.
   * A test holds the rows of a fixed log against this number.
   */
  readonly version: number
  readonly tables: ReadonlyArray<Table>
  /** Which observations it reads, told without looking at a body. */
  readonly reads: (observation: Omit<LoggedObservation, "body">) => boolean
  /** HTTP statuses of the answers that it reads; 200 alone when left out. */
  readonly statuses?: ReadonlyArray<number>
  readonly project: (reading: Reading) => Projected
}
