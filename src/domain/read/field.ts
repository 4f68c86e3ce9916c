/** The values of fields in the exchange's JSON. */

/**
 * A value, `null`, or `undefined` if the field was not sent. The three stay apart in the domain; SQL has NULL for
 * the last two.
 */
export type Nullable<A> = A | null | undefined

/**
 * Marks a field that was sent but cannot be read, so that the last known value stays. It is a symbol, so that no
 * field value can equal it.
 */
export const unread: unique symbol = Symbol("unread")

export type Unread = typeof unread

/** A field that the exchange sends again in each description of the same entity. */
export type Field<A> = Nullable<A> | Unread

/** Turns `unread` into `undefined`, for items that have no earlier value to fall back on. */
export const orUndefined = <A>(field: A | Unread): A | undefined => (field === unread ? undefined : field)
