/** Two spellings of the same fields in one object, as the exchange sent prices and counts from 2025-08 to 2026-03. */
import { Either } from "effect"
import type { Parts, Shape } from "./shape.ts"

/** Prefers the string if both are sent: it has digits that the integer rounds away. */
export const stringFirst = <A extends object>(strings: Shape<A>, integers: Shape<A>): Shape<A> => ({
  decode: (value, path) =>
    Either.gen(function* () {
      const exact = yield* strings.decode(value, path)
      const rounded = yield* integers.decode(value, path)
      return { ...rounded, ...sent(exact) }
    }),
  // An unreadable string is not replaced by the integer, because that may have been rounded.
  parts: (value, path) => {
    const exact = strings.parts(value, path)
    const rounded = integers.parts(value, path)
    return {
      fields: { ...rounded.fields, ...sent<Parts<A>["fields"]>(exact.fields) },
      problems: [...exact.problems, ...rounded.problems]
    }
  }
})

const sent = <A extends object>(fields: A): Partial<A> =>
  Object.fromEntries(Object.entries(fields).filter(([, field]) => field !== undefined)) as Partial<A>
