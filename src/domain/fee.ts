/**
 * The fee that the exchange charges for trading. The exchange names a type and a multiplier M for each series, which an
 * event may override. The fee of C contracts at P dollars is `rate × M × C × P × (1 − P)`, where the rate of takers is
 * 0.07, and that of makers a share of it which the type names.
 *
 * Sources: the fee schedule of 2026-02 (kalshi.com/docs/kalshi-fee-schedule.pdf) and docs.kalshi.com,
 * `getting_started/fee_rounding` as of 2026-09, whose example of one contract at $0.055 has a fee of $0.00363825, and
 * `api-reference/market/get-series` for the shares of makers. `flat` refers to a table that the exchange does not send.
 */
import { Option } from "effect"
import { type Millionths, ONE_DOLLAR } from "./units/fixed.ts"

export const TAKER_RATE = 0.07

/** The rate of makers as a share of that of takers. Of a type that is not here, the fee is unknown. */
export const MAKER_SHARES: Readonly<Record<string, number>> = {
  quadratic: 0,
  quadratic_with_maker_fees: 0.25,
  quadratic_with_combo_maker_fees: 0.5
}

/** Rates are counted in hundred-millionths, so that 0.0175 and a multiplier of three digits are whole numbers. */
export const RATE_UNIT = 100_000_000

/** The balance of most members is kept in whole cents. That of direct members is kept to 100 micro-dollars. */
export const CENT: Millionths = 10_000

export interface FeeOrder {
  /** Hundred-millionths of the dollars that the formula of the fee multiplies. */
  readonly rate: number
  /** Micro-dollars that one contract costs the buyer. */
  readonly price: Millionths
  /** Millionths of a contract. */
  readonly count: Millionths
  /** The smallest amount in which the balance of the member is kept, in micro-dollars. */
  readonly balanceUnit: Millionths
}

/** Returns the rate of a fee type in hundred-millionths, or nothing for a type whose fee is unknown. */
export const rateOf = (type: string, multiplier: number, role: "taker" | "maker"): Option.Option<number> => {
  const share = role === "taker" ? 1 : MAKER_SHARES[type]
  return Object.hasOwn(MAKER_SHARES, type) && share !== undefined
    ? Option.some(Math.round(TAKER_RATE * share * multiplier * RATE_UNIT))
    : Option.none()
}

const ceilTo = (amount: bigint, unit: bigint): bigint => ((amount + unit - 1n) / unit) * unit

const MILLION = BigInt(ONE_DOLLAR)

/**
 * Returns the fee of an order in micro-dollars: what the balance of a buyer loses beyond the price. The exchange rounds
 * the fee up to whole micro-dollars, and the change of the balance up to the unit of the balance. It does so for
 * each fill and pays back what exceeds a cent over all fills of the order, so that an order costs what a single fill
 * would. A buyer of NO pays the price of NO.
 */
export const orderFee = ({ count, balanceUnit, price, rate }: FeeOrder): Millionths => {
  // In trillionths of a dollar, so that the price of any count is exact.
  const cost = BigInt(count) * BigInt(price)
  const model = BigInt(rate) * cost * (MILLION - BigInt(price))
  const fee = ceilTo(model, BigInt(RATE_UNIT) * MILLION ** 2n) / (BigInt(RATE_UNIT) * MILLION)
  const paid = ceilTo(cost + fee, BigInt(balanceUnit) * MILLION)
  return Number(ceilTo(paid - cost, MILLION) / MILLION)
}
