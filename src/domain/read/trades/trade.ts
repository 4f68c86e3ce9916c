import type { Millionths } from "../../units/fixed.ts"
import type { Nullable } from "../field.ts"

/** A trade of the exchange's public tape: a number of contracts of a market changed hands at a price. */
export interface Trade {
  /** The exchange's own key, a UUID. */
  readonly tradeId: string
  readonly ticker: string
  /** UTC to the microsecond, from 1970 on. Several trades may share one. */
  readonly createdTime: string
  /** Micro-dollars for one YES contract; with `noPrice` it adds up to a dollar. */
  readonly yesPrice: Millionths
  readonly noPrice: Nullable<Millionths>
  /** Millionths of a contract. */
  readonly count: Millionths
  /** The side that the taker bought, `yes` or `no`; an open set. */
  readonly takerSide: Nullable<string>
  /** Whether it was negotiated off the book; not sent before 2026-05-29. */
  readonly isBlockTrade: Nullable<boolean>
}
