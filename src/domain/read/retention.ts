/**
 * How long tables keep their rows. The log keeps everything, so a table may drop what an export holds; a table
 * that is not listed here keeps its rows for ever.
 */
import { orderbooks } from "./orderbooks/projection.ts"
import { orderbookSnapshots } from "./orderbooks/table.ts"
import { priceSnapshots as prices } from "./prices/projection.ts"
import { priceSnapshots } from "./prices/table.ts"
import type { Projection } from "./projection.ts"
import type { StoredTable } from "./table.ts"
import type { PublicTable } from "./view.ts"

const DAY_SECONDS = 24 * 60 * 60

export interface RetentionRule {
  /** The table as users see it: one row or more for each slot, which `snapshot_time` names. */
  readonly table: PublicTable
  /** The age in seconds from which a slot may be dropped. */
  readonly keptSeconds: number
  /** The stored table with one row for each slot. */
  readonly slots: string
  /** The stored tables whose keys lead with `slot`. */
  readonly bySlot: ReadonlyArray<string>
  /** The stored tables whose rows belong to observations of one slot, which `bySlot` name by `seq`. */
  readonly bySeq: ReadonlyArray<string>
}

const ruleOf = (table: PublicTable, { tables }: Projection, days: number): RetentionRule => {
  const namesOf = (has: (table: StoredTable) => boolean) => tables.filter(has).map(({ name }) => name)
  const [slots = ""] = namesOf(({ key }) => key.join() === "slot")
  return {
    table,
    keptSeconds: days * DAY_SECONDS,
    slots,
    bySlot: namesOf(({ key }) => key[0] === "slot" && key.length > 1),
    bySeq: namesOf(({ key }) => key.join() === "seq")
  }
}

export const retentionRules: ReadonlyArray<RetentionRule> = [
  ruleOf(priceSnapshots, prices, 365),
  ruleOf(orderbookSnapshots, orderbooks, 30)
]
