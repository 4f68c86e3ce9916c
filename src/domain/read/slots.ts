/** Columns and tables that say when rows were observed: by the slot, and by the page that brought them. */
import { integer, required, slot, time } from "./column.ts"
import { factTable } from "./table.ts"

/** The slot as a key, in seconds since the epoch. */
export const slotId = required(integer((_: unknown, { slot }) => slot))

export const snapshotTime = required(
  slot((_: unknown, { slot }) => slot),
  "UNIQUE"
)

export const seq = required(integer((_: unknown, { seq }) => seq))

export const observedAt = required(time((_: unknown, { observedAt }) => observedAt))

/** Defines the table of a kind's slots. */
export const slotTable = (name: string) =>
  factTable()({ name, columns: { slot: slotId, snapshot_time: snapshotTime }, key: ["slot"] })

/** Where the rows of a page are: the smallest and the largest value of the column that leads their key. */
export interface PageRange {
  readonly first: number
  readonly last: number
}

/** Returns the range of a page whose rows have these values in the column that leads their key. */
export const rangeOf = (values: ReadonlyArray<number>): PageRange => ({
  first: values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
  last: values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
})

/**
 * Defines the table of the pages that a kind's rows come from. Its ranges lead to the rows of the newest pages
 * without an index by `seq`.
 */
export const pageTable = (name: string) =>
  factTable<PageRange>()({
    name,
    columns: {
      seq,
      observed_at: observedAt,
      first: required(integer(({ first }) => first)),
      last: required(integer(({ last }) => last))
    },
    key: ["seq"]
  })
