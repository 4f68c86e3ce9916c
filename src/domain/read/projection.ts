/**
 * A projection reads observations and makes rows: a pure function, run alike when collecting, when
 * catching up after a crash and when replaying. It knows no clock; its times come from the observation.
 */
import type { Cell, EntityCell, ObservationHeader } from "./column.ts"
import type { Reading } from "./reading.ts"
import type { EntityTable, FactTable, Table } from "./table.ts"
import type { WireProblem } from "./wire/shape.ts"

export interface FactRows {
  readonly table: FactTable
  readonly rows: ReadonlyArray<ReadonlyArray<Cell>>
}

export interface EntityRow {
  /** The cell of the first column. */
  readonly key: string
  readonly final: boolean
  /** Distinguishes this description from any other of the entity; if it is left out, the cells themselves do. */
  readonly digest?: string
  /** Called only if the row is not known to be in the table already. */
  readonly cells: () => ReadonlyArray<EntityCell>
}

export interface EntityRows {
  readonly table: EntityTable
  readonly rows: ReadonlyArray<EntityRow>
}

/** A defined table with the function that computes the row of an item. */
type Makes<AnyTable, Item, AnyCell> = AnyTable & {
  readonly rowOf: (item: Item, header: ObservationHeader) => ReadonlyArray<AnyCell>
}

export const facts = <Item>(
  table: Makes<FactTable, Item, Cell>,
  items: ReadonlyArray<Item>,
  header: ObservationHeader
): FactRows => ({ table, rows: items.map((item) => table.rowOf(item, header)) })

export const entities = <Item>(
  table: Makes<EntityTable, Item, EntityCell>,
  items: ReadonlyArray<Item>,
  header: ObservationHeader,
  final = false
): EntityRows => ({
  table,
  rows: items.map((item) => {
    const cells = table.rowOf(item, header)
    return { key: String(cells[0]), final, cells: () => cells }
  })
})

/** The result of one projection for one observation. */
export interface ProjectionResult {
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
  /** Tells which observations it reads, without looking at a body. */
  readonly reads: (observation: ObservationHeader) => boolean
  /** HTTP statuses of the answers that it reads; 200 alone if left out. */
  readonly statuses?: ReadonlyArray<number>
  readonly project: (reading: Reading) => ProjectionResult
}
