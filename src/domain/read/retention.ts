/**
 * How long tables keep their rows. The log keeps everything, so a table may let go of what an export holds;
 * a table that is not named here keeps its rows for ever.
 */
import { orderbookSnapshots, type PublicTable, priceSnapshots } from "./catalog.ts"

const DAY_SECONDS = 24 * 60 * 60

/** Rows that hang on a slot's rows: theirs are those of one slot alone. */
export interface HangingRows {
  readonly table: string
  /** The column of the same name in the first of the slot's tables. */
  readonly column: string
}

export interface Retained {
  /** As users see it: one row or more a slot, which `snapshot_time` names. */
  readonly table: PublicTable
  /** A slot older than this may go. */
  readonly keptSeconds: number
  /** One row a slot: `slot` in seconds, `snapshot_time` in words. */
  readonly slots: string
  /** Whose keys lead with `slot`. */
  readonly bySlot: ReadonlyArray<string>
  readonly hanging: ReadonlyArray<HangingRows>
}

export const retained: ReadonlyArray<Retained> = [
  {
    table: priceSnapshots,
    keptSeconds: 365 * DAY_SECONDS,
    slots: "price_slots",
    bySlot: ["price_rows"],
    hanging: [{ table: "price_pages", column: "seq" }]
  },
  {
    table: orderbookSnapshots,
    keptSeconds: 30 * DAY_SECONDS,
    slots: "orderbook_slots",
    bySlot: ["orderbook_books", "orderbook_levels"],
    hanging: [{ table: "orderbook_pages", column: "seq" }]
  }
]
