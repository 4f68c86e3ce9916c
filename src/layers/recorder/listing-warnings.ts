/**
 * Warnings about listings that came to their end and yet look wrong, because the exchange answered 200 with
 * few items, or because prices are missing. The run is still complete, since the exchange did answer; its
 * reason begins with `warning: `.
 */

import { type SlotSeconds, slotText } from "../../domain/units/time.ts"
import type { Run } from "../../services/CollectionRuns.ts"

export interface ListingSize {
  readonly slot: SlotSeconds
  readonly pages: number
  readonly items: number
  /** The number of items that should have a price and have none. */
  readonly unquoted: number
}

export interface EarlierRuns {
  /** The newest complete run. */
  readonly last: Run | undefined
  /** The newest complete run without a warning. */
  readonly sound: Run | undefined
}

/**
 * The share of the earlier slot's items below which a listing gets a warning. Between two slots a listing
 * normally changes by a few percent.
 */
const ITEMS_SHARE_MIN = 0.5

/**
 * The number of items below which a listing is not compared: so few items can halve without anything being
 * wrong.
 */
const ITEMS_MIN = 20

/** The age, in seconds, beyond which an earlier slot is too old to compare with. */
const SLOT_AGE_SECONDS_MAX = 24 * 60 * 60

/** The prefix of the reason of a run that is complete but doubtful. */
const WARNING = "warning: "

const count = (n: number) => n.toLocaleString("en-US")

/**
 * Returns the warning about a run's listing, or `null` if nothing is doubtful. `earlier` has the feed's earlier
 * runs; it is given for a feed that lists about the same in each slot.
 */
export const warningAbout = (
  { items, pages, slot, unquoted }: ListingSize,
  earlier: EarlierRuns | undefined
): string | null =>
  (earlier === undefined ? null : (fewerItems({ items, slot }, earlier) ?? nothingAtAll({ items, pages }))) ??
  withoutQuotes(items, items - unquoted)

/**
 * Returns a warning if a listing has far fewer items than before, otherwise `null`.
 */
const fewerItems = (
  { items, slot }: Pick<ListingSize, "items" | "slot">,
  { last, sound: before }: EarlierRuns
): string | null => {
  if (before === undefined || before.items < ITEMS_MIN || slot - before.slot > SLOT_AGE_SECONDS_MAX)
    return null
  if (items >= before.items * ITEMS_SHARE_MIN) return null
  const which = before.slot === last?.slot ? "before" : `of ${slotText(before.slot)}`
  return `${WARNING}${count(items)} ${items === 1 ? "item" : "items"} where the slot ${which} had ${count(before.items)}`
}

/**
 * Returns a warning if a listing that every slot takes anew is empty, otherwise `null`. No earlier run is
 * needed: an exchange without a single item is closed or broken.
 */
const nothingAtAll = ({ items, pages }: Pick<ListingSize, "items" | "pages">): string | null =>
  pages > 0 && items === 0 ? `${WARNING}the listing is empty` : null

/**
 * Returns a warning if fewer than half of the items have a price, otherwise `null`. Few items give no
 * warning. `quoted` is the number of items with a price.
 */
const withoutQuotes = (items: number, quoted: number): string | null =>
  items < ITEMS_MIN || quoted >= items * ITEMS_SHARE_MIN
    ? null
    : `${WARNING}${count(items - quoted)} of ${count(items)} markets came without a bid and an ask`
