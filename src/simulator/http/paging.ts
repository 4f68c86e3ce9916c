/** Pages of a listing, newest first, beginning at the position where the previous page ended. */

import { type Order, type Place, placeOf, rankOf } from "../universe/order.ts"
import { encodeCursor } from "./cursor.ts"

export interface Page<A> {
  readonly items: ReadonlyArray<A>
  /** The cursor of the next page; "" on the last page. */
  readonly cursor: string
}

export interface Listing<A> {
  /**
   * The chunks of the listing, the newest first, each in ascending order; computed one by one as a page
   * reaches them.
   */
  readonly chunks: Iterable<ReadonlyArray<A>>
  readonly order: Order<A>
  readonly wanted: (item: A) => boolean
  /** Returns true if no older item can be wanted. */
  readonly done?: (item: A) => boolean
}

/** Returns up to `limit` items before the position, or the newest ones. */
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
      // One more item than fits is collected, which shows that the page is not the last.
      if (found.length === limit && last !== undefined)
        return { items: found, cursor: encodeCursor(placeOf(order, last)) }
      found.push(item)
    }
  }
  return { items: found, cursor: "" }
}
