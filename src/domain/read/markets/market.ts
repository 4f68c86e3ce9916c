import type { Millionths } from "../../units/fixed.ts"
import { type Told, unread } from "../told.ts"
import type { Era } from "../wire/era.ts"
import type { EntityOf } from "../wire/salvage.ts"
import type { description } from "./wire/description.ts"

/**
 * What the exchange says of a field: a value, `null`, or nothing (`undefined`).
 * The three stay apart in the domain; SQL has one word, NULL, for the last two.
 */
export type Said<A> = A | null | undefined

/** Best prices and their sizes. No bid is 0, no ask is one dollar: sentinels of the exchange, as sent. */
export interface Quote {
  /** Micro-dollars for one contract. */
  readonly yesBid: Said<Millionths>
  readonly yesAsk: Said<Millionths>
  readonly noBid: Said<Millionths>
  readonly noAsk: Said<Millionths>
  readonly lastPrice: Said<Millionths>
  /** Millionths of a contract. */
  readonly volume: Said<Millionths>
  readonly volume24h: Said<Millionths>
  readonly openInterest: Said<Millionths>
  readonly yesBidSize: Said<Millionths>
  readonly yesAskSize: Said<Millionths>
  /** Micro-dollars; the exchange has sent 0 since 2026-02-13 and left it out of its schema since. */
  readonly liquidity: Said<Millionths>
}

/**
 * The words and terms that a market trades under: all but its quote. They change seldom. Each field is decoded by
 * `description`, and described where it is stored (table.ts).
 */
export interface MarketTerms extends EntityOf<typeof description, "ticker"> {
  /** Payout of one YES contract, micro-dollars. It is sent as its quote is, so the era decides how it is decoded. */
  readonly settlementValue: Told<Millionths>
}

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
export const FINAL_STATUSES: ReadonlyArray<string> = ["finalized", "settled"]

/** Tells whether a market is final. A result at status `determined` may still be disputed or amended. */
export const isFinal = ({ status }: Market): boolean => status !== unread && FINAL_STATUSES.includes(status)
