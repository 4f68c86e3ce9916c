import type { Millionths } from "../../units/fixed.ts"
import type { Nullable } from "../field.ts"

/** The first, lowest, highest and last of a period, in micro-dollars. */
export interface Range {
  readonly open: Nullable<Millionths>
  readonly low: Nullable<Millionths>
  readonly high: Nullable<Millionths>
  readonly close: Nullable<Millionths>
}

/** Prices of trades. If there was none, only `previous` is sent, the last price before the period. */
export interface TradedRange extends Range {
  readonly mean: Nullable<Millionths>
  readonly previous: Nullable<Millionths>
}

/**
 * The range of a market's quote and of its trades in one period. An empty side is quoted as 0 and one dollar.
 */
export interface Candlestick {
  /** `undefined` if only the request names the market. */
  readonly ticker: string | undefined
  /** The end of the period, which belongs to it: whole seconds since the epoch. */
  readonly endSeconds: number
  readonly yesBid: Range
  readonly yesAsk: Range
  readonly price: TradedRange
  /** Millionths of a contract traded in the period. */
  readonly volume: Nullable<Millionths>
  /** Millionths of a contract, at its end. */
  readonly openInterest: Nullable<Millionths>
}
