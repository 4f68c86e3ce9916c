/** The tables that say once for all rows of a slot, or of a page, when it was. */
import { integer, required, slot, time } from "./column.ts"
import { factTable } from "./table.ts"

/** Defines the table of a kind's slots. */
export const slotTable = (name: string) =>
  factTable()({
    name,
    columns: {
      slot: required(integer((_, { slot }) => slot)),
      snapshot_time: required(
        slot((_, { slot }) => slot),
        "UNIQUE"
      )
    },
    key: ["slot"]
  })

/** Defines the table of the observations that a kind's rows come from. */
export const pageTable = (name: string) =>
  factTable()({
    name,
    columns: {
      seq: required(integer((_, { seq }) => seq)),
      observed_at: required(time((_, { observedAt }) => observedAt))
    },
    key: ["seq"]
  })
