import type { Millionths } from "../../units/fixed.ts"
import { type Told, type Unread, unread } from "../told.ts"
import type { Era } from "../wire/era.ts"

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
  readonly eventTicker: string | Unread
  /** `initialized, active, inactive, closed, determined, disputed, amended, finalized`; an open set. */
  readonly status: string | Unread
  readonly marketType: Told<string>
  readonly title: Told<string>
  readonly subtitle: Told<string>
  readonly yesSubTitle: Told<string>
  readonly noSubTitle: Told<string>
  readonly createdTime: Told<string>
  readonly updatedTime: Told<string>
  readonly openTime: Told<string>
  readonly closeTime: Told<string>
  readonly expirationTime: Told<string>
  readonly latestExpirationTime: Told<string>
  readonly expectedExpirationTime: Told<string>
  readonly occurrenceTime: Told<string>
  readonly settlementTimerSeconds: Told<number>
  /** `yes, no, scalar` or the empty string; an open set. Final only once the status is `finalized`. */
  readonly result: Told<string>
  /** Payout of one YES contract, micro-dollars. */
  readonly settlementValue: Told<Millionths>
  readonly settlementTime: Told<string>
  readonly expirationValue: Told<string>
  readonly canCloseEarly: Told<boolean>
  readonly earlyCloseCondition: Told<string>
  readonly strikeType: Told<string>
  readonly floorStrike: Told<number>
  readonly capStrike: Told<number>
  /** JSON text of the strike object, as the exchange orders it. */
  readonly customStrike: Told<string>
  readonly rulesPrimary: Told<string>
  readonly rulesSecondary: Told<string>
  readonly priceLevelStructure: Told<string>
  /** JSON text of the tick grid: `[{start, end, step}]` in dollars. */
  readonly priceRanges: Told<string>
  readonly mveCollectionTicker: Told<string>
  /**
   * The legs of a combo, as JSON text: `[{event_ticker, market_ticker, side, yes_settlement_value_dollars}]`.
   */
  readonly mveSelectedLegs: Told<string>
  /** `default` or `floor`; the exchange may add other values. Sent since 2026-10. */
  readonly settlementBoundsType: Told<string>
  /** The smallest payout of one YES contract, in micro-dollars. Sent since 2026-10. */
  readonly settlementFloor: Told<Millionths>
  readonly isProvisional: Told<boolean>
  readonly exchangeIndex: Told<number>
  /** Left the wire on 2026-01-08; recordings before have it. */
  readonly category: Told<string>
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
