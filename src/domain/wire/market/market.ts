/** A market object, the same thing in a listing, inside an event or alone, in any era of the API. */
import { Either } from "effect"
import type { Millionths } from "../../fixed.ts"
import type { Market, Quote, Said } from "../../market.ts"
import type { Era } from "../era.ts"
import { eventsIn } from "../event.ts"
import { each, type ItemKind, type Located, one } from "../items.ts"
import { isObject, type Shape, type WireProblem } from "../shape.ts"
import * as Cents from "./cents.ts"
import { description } from "./description.ts"
import * as Dual from "./dual.ts"
import * as Strings from "./strings.ts"

interface Decoder {
  readonly quote: Shape<Quote>
  readonly payout: Shape<{ readonly settlementValue: Said<Millionths> }>
}

const decoders: Readonly<Record<Era, Decoder>> = { cents: Cents, dual: Dual, strings: Strings }

/** Told by the spelling of one field that every era sends. */
export const eraOf = (value: unknown): Era => {
  if (!isObject(value) || value.yes_bid === undefined) return "strings"
  return value.yes_bid_dollars === undefined ? "cents" : "dual"
}

const decode = (value: unknown, path: string): Either.Either<Market, WireProblem> => {
  const described = description.decode(value, path)
  if (Either.isLeft(described)) return Either.left(described.left)
  const decoder = decoders[eraOf(value)]
  const quote = decoder.quote.decode(value, path)
  if (Either.isLeft(quote)) return Either.left(quote.left)
  const payout = decoder.payout.decode(value, path)
  if (Either.isLeft(payout)) return Either.left(payout.left)
  // The description is a fresh object: two fields more are cheaper than a copy of its thirty-four.
  return Either.right(
    Object.assign(described.right, { settlementValue: payout.right.settlementValue, quote: quote.right })
  )
}

const marketsIn = (body: unknown): ReadonlyArray<Located> => [
  ...each(body, "markets"),
  ...one(body, "market"),
  ...eventsIn(body).flatMap(([path, event]) => each(event, "markets", `${path}.`))
]

/** Markets wherever they stand: in a listing, alone, or inside events. */
export const markets: ItemKind<Market> = {
  keys: ["markets", "market", "events", "event"],
  locate: marketsIn,
  decode
}
