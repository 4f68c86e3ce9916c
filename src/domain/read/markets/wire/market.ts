/** A market object, the same thing in a listing, inside an event or alone, in any era of the API. */
import { Either } from "effect"
import type { Millionths } from "../../../units/fixed.ts"
import { eventsIn } from "../../events/wire.ts"
import type { Era } from "../../wire/era.ts"
import { each, type ItemKind, type Located, nothing, one, type Result, read } from "../../wire/items.ts"
import { octets, parseOctets, textsOf } from "../../wire/json.ts"
import { essential, lost, partsOf, readable } from "../../wire/salvage.ts"
import {
  fingerprint,
  isObject,
  name,
  problem,
  type Shape,
  shape,
  text,
  type WireProblem
} from "../../wire/shape.ts"
import type { Listed, Market, MarketTerms, Quote, Said } from "../market.ts"
import * as Cents from "./cents.ts"
import { description } from "./description.ts"
import * as Dual from "./dual.ts"
import { marketsOf } from "./listing.ts"
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

const identity = shape({ ticker: ["ticker", name], status: ["status", text] })

const termsText = fingerprint(
  [description.fields, Cents.payout.fields, Strings.payout.fields].flatMap((fields) =>
    Object.values(fields).map(([wireName]) => wireName)
  )
)

const decodeTerms = (value: unknown, path: string): Either.Either<MarketTerms, WireProblem> => {
  const described = description.decode(value, path)
  if (Either.isLeft(described)) return Either.left(described.left)
  const payout = decoders[eraOf(value)].payout.decode(value, path)
  if (Either.isLeft(payout)) return Either.left(payout.left)
  // The description is a fresh object: a field more is cheaper than a copy of its thirty-four.
  return Either.right(Object.assign(described.right, { settlementValue: payout.right.settlementValue }))
}

/** Most markets of a listing trade under the terms of the listing before: theirs are decoded when asked for. */
class ListedMarket implements Market {
  readonly ticker: string
  readonly status: Listed["status"]
  readonly era: Era
  readonly quote: Quote
  readonly digest: string
  #terms: MarketTerms | undefined
  readonly #described: () => unknown

  constructor(listed: Listed, described: () => unknown, terms?: MarketTerms) {
    this.ticker = listed.ticker
    this.status = listed.status
    this.era = listed.era
    this.quote = listed.quote
    this.digest = listed.digest
    this.#described = described
    this.#terms = terms
  }

  get terms(): MarketTerms {
    this.#terms ??= Either.getOrThrow(decodeTerms(this.#described(), this.ticker))
    return this.#terms
  }
}

const decode: ItemKind<Market>["decode"] = (value, path, recall = nothing) => {
  const who = identity.decode(value, path)
  if (Either.isLeft(who)) return Either.left(who.left)
  const raw = value as Readonly<Record<string, unknown>>
  const { status, ticker } = who.right
  const era = eraOf(raw)
  // What a market pays is spelled as its quote is, which is none of its terms.
  const digest = recall.digest(era + termsText(raw))
  const terms = recall.knows(ticker, digest) ? undefined : decodeTerms(raw, path)
  if (terms !== undefined && Either.isLeft(terms)) return Either.left(terms.left)
  const quote = decoders[era].quote.decode(raw, path)
  if (Either.isLeft(quote)) return Either.left(quote.left)
  return Either.right(
    new ListedMarket({ ticker, status, era, quote: quote.right, digest }, () => raw, terms?.right)
  )
}

/**
 * Salvages a market. Its ticker is enough to keep it. Terms that cannot all be read get a digest that is
 * never remembered, so that their problems are reported each time.
 */
const salvage: ItemKind<Market>["salvage"] = (value, path, recall = nothing) => {
  if (!isObject(value)) return lost(problem(path, "an object", value))
  const described = description.parts(value, path)
  const identity = essential(described, ["ticker"])
  if (identity === undefined) return lost(...described.problems)
  const era = eraOf(value)
  const payout = decoders[era].payout.parts(value, path)
  const quote = decoders[era].quote.parts(value, path)
  const ofTerms = [...described.problems, ...payout.problems]
  const digest = recall.digest(era + termsText(value))
  const terms = { ...described.fields, ...payout.fields, ...identity }
  return {
    item: new ListedMarket(
      {
        ticker: identity.ticker,
        status: terms.status,
        era,
        quote: readable<Quote>(quote.fields),
        digest: ofTerms.length === 0 ? digest : `${digest}?`
      },
      () => value,
      terms
    ),
    problems: partsOf(identity.ticker, path, [...ofTerms, ...quote.problems])
  }
}

/** A listing market by market: one that is listed in the same bytes as before is not parsed. */
const piecewise: NonNullable<ItemKind<Market>["piecewise"]> = (body, recall) => {
  const textOf = textsOf(body)
  const results: Array<Result<Market>> = []
  for (const { from, to } of marketsOf(body) ?? []) {
    const stamp = recall.digest(body.subarray(from, to))
    const before = recall.listed(stamp)
    if (before !== undefined) {
      results.push(Either.right(new ListedMarket(before, () => parseOctets(octets(body, from, to)))))
      continue
    }
    const whole = parseOctets(textOf(from, to))
    if (whole === undefined) return undefined
    const result = read(markets, whole, `markets[${results.length}]`, recall)
    if (Either.isRight(result)) recall.list(stamp, result.right)
    results.push(result)
  }
  return results.length === 0 ? undefined : results
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
  decode,
  salvage,
  piecewise
}
