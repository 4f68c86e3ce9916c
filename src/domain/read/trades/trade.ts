import type { Millionths } from "../../units/fixed.ts"
import type { Nullable } from "../field.ts"

/** A trade of the exchange's public tape: so many contracts of a market changed hands at a price. */
export interface Trade {
  /** A UUID; the exchange's own key. */
  readonly tradeId: string
  readonly ticker: string
  /** UTC to the microsecond, from 1970 on. Several trades may share one. */
  readonly createdTime: string
  /** Micro-dollars for one YES contract; with `noPrice` it adds up to a dollar. */
  readonly yesPrice: Millionths
  readonly noPrice: Nullable<Millionths>
  /** Millionths of a contract. */
  readonly count: Millionths
  /** `yes` or `no`, what the taker came to hold; an open set. */
  readonly takerSide: Nullable<string>
  /** Matched off the book; not said before 2026-05-29. */
  readonly isBlockTrade: Nullable<boolean>
}
