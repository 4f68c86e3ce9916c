import type { Millionths } from "./fixed.ts"
import type { Era } from "./wire/era.ts"

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

/** The words and terms that a market trades under: all but its quote. They change seldom. */
export interface MarketTerms {
  readonly ticker: string
  readonly eventTicker: string
  /** `initialized, active, inactive, closed, determined, disputed, amended, finalized`; an open set. */
  readonly status: string
  readonly marketType: Said<string>
  readonly title: Said<string>
  readonly subtitle: Said<string>
  readonly yesSubTitle: Said<string>
  readonly noSubTitle: Said<string>
  readonly createdTime: Said<string>
  readonly updatedTime: Said<string>
  readonly openTime: Said<string>
  readonly closeTime: Said<string>
  readonly expirationTime: Said<string>
  readonly latestExpirationTime: Said<string>
  readonly expectedExpirationTime: Said<string>
  readonly occurrenceTime: Said<string>
  readonly settlementTimerSeconds: Said<number>
  /** `yes, no, scalar` or the empty string; an open set. Final only once the status is `finalized`. */
  readonly result: Said<string>
  /** Payout of one YES contract, micro-dollars. */
  readonly settlementValue: Said<Millionths>
  readonly settlementTime: Said<string>
  readonly expirationValue: Said<string>
  readonly canCloseEarly: Said<boolean>
  readonly earlyCloseCondition: Said<string>
  readonly strikeType: Said<string>
  readonly floorStrike: Said<number>
  readonly capStrike: Said<number>
  /** JSON text of the strike object, as the exchange orders it. */
  readonly customStrike: Said<string>
  readonly rulesPrimary: Said<string>
  readonly rulesSecondary: Said<string>
  readonly priceLevelStructure: Said<string>
  /** JSON text of the tick grid: `[{start, end, step}]` in dollars. */
  readonly priceRanges: Said<string>
  readonly mveCollectionTicker: Said<string>
  readonly isProvisional: Said<boolean>
  readonly exchangeIndex: Said<number>
  /** Left the wire on 2026-01-08; recordings before have it. */
  readonly category: Said<string>
}

/** What moves of a market, and what tells whether the rest has. */
export interface Listed extends Pick<MarketTerms, "ticker" | "status"> {
  readonly quote: Quote
  /** The shape in which it was sent. */
  readonly era: Era
  /** Tells these terms from any others. */
  readonly digest: string
}

/** A market: one yes/no contract of an event, with the terms it trades under and its best quotes. */
export interface Market extends Listed {
  readonly terms: MarketTerms
}

/** Only a finalized market is over; a result at `determined` may still be disputed or amended. */
export const isFinal = (market: Market): boolean => market.status === "finalized"
