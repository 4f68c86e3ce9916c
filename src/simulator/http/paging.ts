/** Pages of a listing, newest first, from the place where the last page ended. */

import { type Order, type Place, placeOf, rankOf } from "../universe/order.ts"
import { encodeCursor } from "./cursor.ts"

export interface Page<A> {
  readonly items: ReadonlyArray<A>
  /** "" at the end of the walk. */
  readonly cursor: string
}

export interface Listing<A> {
  /** Newest chunk first, each in ascending order; made one by one as a page reaches them. */
  readonly chunks: Iterable<ReadonlyArray<A>>
  readonly order: Order<A>
  readonly wanted: (item: A) => boolean
  /** True where nothing older can be wanted any more. */
  readonly done?: (item: A) => boolean
}

/** So many items that stand before the place, or from the newest on. */
export const pageOf = <A>(listing: Listing<A>, limit: number, before: Place | undefined): Page<A> => {
  const { chunks, order, wanted } = listing
  const found: Array<A> = []
  for (const items of chunks) {
    let n = before === undefined ? items.length : rankOf(items, order, before)
    for (n--; n >= 0; n--) {
      const item = items[n]
      if (item === undefined || listing.done?.(item) === true) return { items: found, cursor: "" }
      if (!wanted(item)) continue
      const last = found[found.length - 1]
      // One more is wanted than fits: so the page before it was not the last.
      if (found.length === limit && last !== undefined)
        return { items: found, cursor: encodeCursor(placeOf(order, last)) }
      found.push(item)
    }
  }
  return { items: found, cursor: "" }
}
