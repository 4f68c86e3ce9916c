/** Where things stand in a listing: by time, then by name. Places stay put while things are born around them. */
import type { Us } from "./instant.ts"

/** Where a row stands in its listing: by time, then by ticker (a trade's: by its id). */
export interface Place {
  readonly atUs: Us
  readonly ticker: string
}

/** How a listing is ordered. */
export interface Order<A> {
  readonly atUs: (item: A) => Us
  readonly ticker: (item: A) => string
}

export const placeOf = <A>(order: Order<A>, item: A): Place => ({
  atUs: order.atUs(item),
  ticker: order.ticker(item)
})

export const ascending =
  <A>(order: Order<A>) =>
  (a: A, b: A): number =>
    order.atUs(a) - order.atUs(b) || (order.ticker(a) < order.ticker(b) ? -1 : 1)

/** How many of the items, which are in ascending order, stand before the place. */
export const rankOf = <A>(items: ReadonlyArray<A>, order: Order<A>, place: Place): number => {
  const stands = (item: A): boolean => {
    const atUs = order.atUs(item)
    return atUs < place.atUs || (atUs === place.atUs && order.ticker(item) < place.ticker)
  }
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    const item = items[middle]
    if (item !== undefined && stands(item)) low = middle + 1
    else high = middle
  }
  return low
}
