import { CENT, RATE_UNIT } from "../fee.ts"
import type { Parameter, ScalarMacro } from "./definition.ts"
import { ofMarketOrSeries } from "./fee-at.ts"
import { AMOUNT } from "./types.ts"

const ofOrder: ReadonlyArray<Parameter> = [
  { name: "price_cents", about: "the price that the buyer pays for one contract, of NO the price of NO" },
  { name: "contracts", about: "the contracts of the whole order, however many fills it had" },
  {
    name: "balance_unit",
    about:
      "the smallest amount of dollars in which the balance of the member is kept: 0.01, of direct members 0.0001",
    otherwise: String(CENT / 1_000_000)
  }
]

const returns = {
  type: AMOUNT,
  about: "dollars that the balance loses beyond the price; NULL if the rate is not known"
}

const MILLION = "1000000::HUGEINT"
const COUNT = `(contracts::DECIMAL(28,6) * 1000000)::HUGEINT`
const PRICE = `(price_cents::DECIMAL(18,4) * 10000)::HUGEINT`
const COST = `(${COUNT} * ${PRICE})`
const UNIT = `((balance_unit::DECIMAL(9,6) * 1000000)::HUGEINT * ${MILLION})`

const ceilTo = (amount: string, unit: string) => `((${amount} + ${unit} - 1) // ${unit} * ${unit})`

/** The fee in micro-dollars, in the units of `orderFee` in `domain/fee.ts`, which a test compares with this. */
const feeOf = (rate: string) => {
  const model = `(round(${rate} * ${RATE_UNIT})::HUGEINT * ${COST} * (${MILLION} - ${PRICE}))`
  const fee = `(${ceilTo(model, `${RATE_UNIT}000000000000::HUGEINT`)} // ${RATE_UNIT}000000::HUGEINT)`
  const paid = ceilTo(`${COST} + ${fee}`, UNIT)
  return `${ceilTo(`${paid} - ${COST}`, MILLION)} // ${MILLION}`
}

export const orderFee: ScalarMacro = {
  kind: "scalar macro",
  name: "order_fee",
  about: "the fee of an order in dollars by a rate of `fee_at`, rounded once for the whole order",
  parameters: [{ name: "rate", about: "`taker_rate` or `maker_rate` of `fee_at`" }, ...ofOrder],
  reads: [],
  returns,
  sql: `CASE
    WHEN price_cents NOT BETWEEN 0 AND 100 THEN error('a price is 0 to 100 cents, not ' || price_cents)
    WHEN contracts < 0 THEN error('an order has no negative number of contracts: ' || contracts)
    ELSE ((${feeOf("rate")})::DECIMAL(18,0) * 0.000001)::DECIMAL(18,6)
  END`
}

const feeOfRole = (role: "taker" | "maker"): ScalarMacro => ({
  kind: "scalar macro",
  name: `${role}_fee`,
  about: `the fee in dollars that a ${role} paid for an order at a moment, by the fee of that day`,
  parameters: [...ofMarketOrSeries, ...ofOrder],
  reads: ["fee_at"],
  returns: { ...returns, about: `${returns.about}: \`fee_at\` says why` },
  sql: `order_fee((SELECT held.${role}_rate FROM fee_at(market, moment) held), price_cents, contracts, balance_unit := balance_unit)`
})

export const takerFee = feeOfRole("taker")
export const makerFee = feeOfRole("maker")
