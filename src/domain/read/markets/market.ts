import type { Millionths } from "../../units/fixed.ts"
import { type Field, type Nullable, unread } from "../field.ts"
import type { Era } from "../wire/era.ts"
import type { EntityOf } from "../wire/salvage.ts"
import type { description } from "./wire/description.ts"

/** Best prices and their sizes. Without a bid it is 0, without an ask one dollar, as the exchange sends it. */
export interface Quote {
  /** Micro-dollars for one contract. */
  readonly yesBid: Nullable<Millionths>
  readonly yesAsk: Nullable<Millionths>
  readonly noBid: Nullable<Millionths>
  readonly noAsk: Nullable<Millionths>
  readonly lastPrice: Nullable<Millionths>
  /** Millionths of a contract. */
  readonly volume: Nullable<Millionths>
  readonly volume24h: Nullable<Millionths>
  readonly openInterest: Nullable<Millionths>
  readonly yesBidSize: Nullable<Millionths>
  readonly yesAskSize: Nullable<Millionths>
  /** Micro-dollars; the exchange has sent 0 since 2026-02-13 and left it out of its schema since. */
  readonly liquidity: Nullable<Millionths>
}

/** The amounts that a contract pays. They are spelled as a quote is, so the era decides how they are decoded. */
export interface Payout {
  /** Payout of one YES contract, micro-dollars. */
  readonly settlementValue: Nullable<Millionths>
  /** The most that one contract can pay, micro-dollars. */
  readonly notionalValue: Nullable<Millionths>
}

/**
 * The words and terms that a market trades under: all but its quote. They change seldom. Each field is decoded by
 * `description`, and described where it is stored (table.ts).
 */
export interface MarketTerms extends EntityOf<typeof description, "ticker"> {
  readonly settlementValue: Field<Payout["settlementValue"]>
  readonly notionalValue: Field<Payout["notionalValue"]>
}

/** The time at which a market expires at the latest. The exchange may leave out the first, which it deprecates. */
export const expirationOf = ({
  expirationTime,
  latestExpirationTime
}: Pick<MarketTerms, "expirationTime" | "latestExpirationTime">): MarketTerms["expirationTime"] =>
  expirationTime ?? latestExpirationTime

/** A market: one yes/no contract of an event, with the terms it trades under and its best quotes. */
export interface Market extends Pick<MarketTerms, "ticker" | "status"> {
  readonly quote: Quote
  /** The era of the API in whose shape it was sent. */
  readonly era: Era
  readonly terms: MarketTerms
  /** Equal for equal terms, and different for others. */
  readonly digest: string
}

/** The statuses of a market that has paid out. `settled` appears in the oldest answers only. */
const FINAL_STATUSES: ReadonlyArray<string> = ["finalized", "settled"]

/** Tells whether a market is final. A result at status `determined` may still be disputed or amended. */
export const isFinal = ({ status }: Market): boolean => status !== unread && FINAL_STATUSES.includes(status)
