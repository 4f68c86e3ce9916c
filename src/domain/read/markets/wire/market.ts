/** A market object, which is the same in a listing, inside an event or alone, in any era of the API. */
import { Either, identity } from "effect"
import type { Millionths } from "../../../units/fixed.ts"
import { eventsIn } from "../../events/wire.ts"
import type { Nullable } from "../../field.ts"
import type { Era } from "../../wire/era.ts"
import { type Digest, each, type ItemKind, type Located, one } from "../../wire/items.ts"
import { essential, lost, partsOf, readable } from "../../wire/salvage.ts"
import { fingerprint, isObject, problem, type Shape } from "../../wire/shape.ts"
import type { Market, MarketTerms, Quote } from "../market.ts"
import * as Cents from "./cents.ts"
import { description } from "./description.ts"
import * as Dual from "./dual.ts"
import * as Strings from "./strings.ts"

interface Decoder {
  readonly quote: Shape<Quote>
  readonly payout: Shape<{ readonly settlementValue: Nullable<Millionths> }>
}

const decoders: Readonly<Record<Era, Decoder>> = { cents: Cents, dual: Dual, strings: Strings }

/** Returns the era in whose shape a market was sent, by one field that every era sends. */
export const eraOf = (value: unknown): Era => {
  if (!isObject(value) || value.yes_bid === undefined) return "strings"
  return value.yes_bid_dollars === undefined ? "cents" : "dual"
}

const rawTerms = fingerprint(
  [description.fields, Cents.payout.fields, Strings.payout.fields].flatMap((fields) =>
    Object.values(fields).map(([wireName]) => wireName)
  )
)

/**
 * Digests the raw values of the fields that the terms are decoded from, so that equal digests mean equal terms.
 * The era is part of it, because it decides which field holds the payout.
 */
const digestTerms = (market: Readonly<Record<string, unknown>>, era: Era, digest: Digest): string =>
  digest(era + rawTerms(market))

const decode: ItemKind<Market>["decode"] = (value, path, digest = identity) => {
  const era = eraOf(value)
  const described = description.decode(value, path)
  if (Either.isLeft(described)) return Either.left(described.left)
  const payout = decoders[era].payout.decode(value, path)
  if (Either.isLeft(payout)) return Either.left(payout.left)
  const quote = decoders[era].quote.decode(value, path)
  if (Either.isLeft(quote)) return Either.left(quote.left)
  // The description is a new object; to add a field to it costs less than to copy all of its fields.
  const terms: MarketTerms = Object.assign(described.right, payout.right)
  const { status, ticker } = terms
  return Either.right({
    ticker,
    status,
    era,
    quote: quote.right,
    terms,
    digest: digestTerms(value as Readonly<Record<string, unknown>>, era, digest)
  })
}

/**
 * Salvages a market. Its ticker is enough to keep it. Terms that cannot all be read have the digest that whole
 * terms never have.
 */
const salvage: ItemKind<Market>["salvage"] = (value, path, digest = identity) => {
  if (!isObject(value)) return lost(problem(path, "an object", value))
  const described = description.parts(value, path)
  const essentials = essential(described, ["ticker"])
  if (essentials === undefined) return lost(...described.problems)
  const era = eraOf(value)
  const payout = decoders[era].payout.parts(value, path)
  const quote = decoders[era].quote.parts(value, path)
  const ofTerms = [...described.problems, ...payout.problems]
  const terms = { ...described.fields, ...payout.fields, ...essentials }
  const termsDigest = digestTerms(value, era, digest)
  return {
    item: {
      ticker: essentials.ticker,
      status: terms.status,
      era,
      quote: readable<Quote>(quote.fields),
      digest: ofTerms.length === 0 ? termsDigest : `${termsDigest}?`,
      terms
    },
    problems: partsOf(essentials.ticker, path, [...ofTerms, ...quote.problems])
  }
}

const marketsIn = (body: unknown): ReadonlyArray<Located> => [
  ...each(body, "markets"),
  ...one(body, "market"),
  ...eventsIn(body).flatMap(([path, event]) => each(event, "markets", `${path}.`))
]

/** Markets wherever they are: in a listing, alone, or inside events. */
export const markets: ItemKind<Market> = {
  keys: ["markets", "market", "events", "event"],
  locate: marketsIn,
  decode,
  salvage
}
