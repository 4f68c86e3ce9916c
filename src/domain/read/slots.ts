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

/** Defines the table of the pages that a kind's rows come from. */
export const pageTable = (name: string) =>
  factTable()({ name, columns: { seq, observed_at: observedAt }, key: ["seq"] })
