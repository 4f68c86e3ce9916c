/** The values of fields that the exchange sends again in each description of the same entity. */
import type { Said } from "./markets/market.ts"

/**
 * Marks a field that was sent but cannot be read, so that the last known value stands. It is a symbol, so
 * that no field value can equal it.
 */
export const unread: unique symbol = Symbol("unread")

export type Unread = typeof unread

/** The value of a field: a value, `null`, `undefined` if the field was not sent, or `unread`. */
export type Told<A> = Said<A> | Unread

/** Turns `unread` into `undefined`, for items that have no earlier value to fall back on. */
export const orNothing = <A>(field: A | Unread): A | undefined => (field === unread ? undefined : field)
