/** The order of a listing: by time, then by name. Positions do not shift when items are added around them. */
import type { Us } from "./instant.ts"

/** The position of a row in its listing: by time, then by ticker (trades: by id). */
export interface Place {
  readonly atUs: Us
  readonly ticker: string
}

/** The order of a listing. */
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

/** Returns the number of items, which are in ascending order, before the position. */
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
