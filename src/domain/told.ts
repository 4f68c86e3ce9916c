/** What the exchange said of a field that it says again and again, in each description of the same thing. */
import type { Said } from "./market.ts"

/** It said something that cannot be read; what it said before stands. A symbol is no value of any field. */
export const unread: unique symbol = Symbol("unread")

export type Unread = typeof unread

/** A value, `null`, nothing (`undefined`), or something that cannot be read. */
export type Told<A> = Said<A> | Unread

/** Where there is no earlier word that could stand, what cannot be read is as good as not said. */
export const orNothing = <A>(field: A | Unread): A | undefined => (field === unread ? undefined : field)
