/** A market object, which is the same in a listing, inside an event or alone, in any era of the API. */
import { Either, identity } from "effect"
import { eventsIn } from "../../events/wire.ts"
import type { Era } from "../../wire/era.ts"
import { type Digest, each, type ItemKind, type Located, one } from "../../wire/items.ts"
import { essential, lost, partsOf, readable } from "../../wire/salvage.ts"
import { fingerprint, isObject, problem, type Shape, spelled } from "../../wire/shape.ts"
import { expirationOf, type Market, type MarketTerms, type Payout, type Quote } from "../market.ts"
import * as Cents from "./cents.ts"
import { description } from "./description.ts"
import * as Dual from "./dual.ts"
import * as Strings from "./strings.ts"

interface Decoder {
  readonly quote: Shape<Quote>
  readonly payout: Shape<Payout>
}

const decoders: Readonly<Record<Era, Decoder>> = { cents: Cents, dual: Dual, strings: Strings }

/** Returns the era in whose shape a market was sent, by one field that every era sends. */
export const eraOf = (value: unknown): Era => {
  if (!isObject(value) || value.yes_bid === undefined) return "strings"
  return value.yes_bid_dollars === undefined ? "cents" : "dual"
}

const described = { ...description.fields, ...Strings.payout.fields }
const { expirationTime: _, ...spelledAlone } = described

const spelledTerms = fingerprint(Object.keys(spelledAlone) as ReadonlyArray<keyof typeof spelledAlone>)

/**
 * Digests the values that the terms have in their table, so that equal digests mean equal rows, and other digests
 * other rows: those of an era that spells the same terms otherwise are the same. A field that cannot be read is
 * like no other.
 */
const digestTerms = (terms: MarketTerms, digest: Digest): string =>
  digest(spelledTerms(terms) + spelled(expirationOf(terms)))

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
    digest: digestTerms(terms, digest)
  })
}

/** Salvages a market. Its ticker is enough to keep it. */
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
  return {
    item: {
      ticker: essentials.ticker,
      status: terms.status,
      era,
      quote: readable<Quote>(quote.fields),
      digest: digestTerms(terms, digest),
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
