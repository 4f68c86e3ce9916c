/**
 * From 2025-08 to 2026-03-11: whole cents beside `*_dollars`, and from 2026-01-22 whole contracts beside
 * `*_fp`. The strings carry digits that the integers round away (a sub-cent price has been real since
 * 2026-03-09), so a string wins wherever both are there.
 */
import { Either } from "effect"
import type { Quote, Said } from "../../market.ts"
import type { Shape } from "../shape.ts"
import * as Cents from "./cents.ts"
import * as Strings from "./strings.ts"

const stringFirst = <A extends Readonly<Record<string, Said<unknown>>>>(
  strings: Shape<A>,
  integers: Shape<A>
): Shape<A> => ({
  decode: (value, path) =>
    Either.gen(function* () {
      const exact = yield* strings.decode(value, path)
      const rounded = yield* integers.decode(value, path)
      const merged: Record<string, unknown> = { ...rounded }
      for (const [name, said] of Object.entries(exact)) {
        if (said !== undefined) merged[name] = said
      }
      return merged as A
    })
})

export const quote: Shape<Quote> = stringFirst<Quote & Record<string, Said<number>>>(
  Strings.quote,
  Cents.quote
)

export const payout = stringFirst<{ readonly settlementValue: Said<number> }>(Strings.payout, Cents.payout)
