/** Two spellings of the same fields in one object, as the exchange sent prices and counts from 2025-08 to 2026-03. */
import { Either } from "effect"
import type { Shape } from "./shape.ts"

/** The string wherever both are there: it carries digits that the integer rounds away. */
export const stringFirst = <A extends object>(strings: Shape<A>, integers: Shape<A>): Shape<A> => ({
  decode: (value, path) =>
    Either.gen(function* () {
      const exact = yield* strings.decode(value, path)
      const rounded = yield* integers.decode(value, path)
      const told = Object.entries(exact).filter(([, said]) => said !== undefined)
      return { ...rounded, ...Object.fromEntries(told) }
    })
})
