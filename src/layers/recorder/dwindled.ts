/**
 * Listings that came whole and yet cannot be right: an exchange that answers 200 with next to nothing, or with its
 * prices under another name. They are complete, for so the exchange answered, with a warning.
 */

import { type SlotSeconds, slotText } from "../../domain/time.ts"
import type { Run } from "../../services/CollectionRuns.ts"

/** Fewer items than this share of the slot before are a warning; from slot to slot the listing changes by a few percent. */
const ITEMS_SHARE_MIN = 0.5

/** A listing of fewer items than this may halve by itself. */
const ITEMS_MIN = 20

/** An older slot says nothing of what there is now. */
const SLOT_AGE_SECONDS_MAX = 24 * 60 * 60

/** How the reason of a slot begins that is complete and doubtful. */
export const WARNING = "warning: "

const count = (n: number) => n.toLocaleString("en-US")

/** `before` is the newest complete slot without such a warning, and `last` the newest of all. */
export const fewerItems = (
  { items, slot }: { readonly items: number; readonly slot: SlotSeconds },
  before: Run | undefined,
  last: Run | undefined
): string | null => {
  if (before === undefined || before.items < ITEMS_MIN || slot - before.slot > SLOT_AGE_SECONDS_MAX)
    return null
  if (items >= before.items * ITEMS_SHARE_MIN) return null
  const which = before.slot === last?.slot ? "before" : `of ${slotText(before.slot)}`
  return `${WARNING}${count(items)} ${items === 1 ? "item" : "items"} where the slot ${which} had ${count(before.items)}`
}

/** Whatever was there before: an exchange without anything in a listing that each slot takes anew is closed, or broken. */
export const nothingAtAll = ({
  items,
  pages
}: {
  readonly items: number
  readonly pages: number
}): string | null => (pages > 0 && items === 0 ? `${WARNING}the listing is empty` : null)

/** Of so many items, so many with a price in them. */
export const withoutQuotes = (items: number, quoted: number): string | null =>
  items < ITEMS_MIN || quoted >= items * ITEMS_SHARE_MIN
    ? null
    : `${WARNING}${count(items - quoted)} of ${count(items)} markets came without a bid and an ask`
