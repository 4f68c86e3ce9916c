/** The measures of the report `returns`: their tables, errors and methods. */
import type { ReportColumn, ReportTable } from "../../../domain/reports/document.ts"
import {
  EFFECTIVE_CLUSTERS_MIN,
  EFFECTIVE_OUTCOMES_MIN,
  smallSample
} from "../../../domain/statistics/clustered.ts"
import { type Fields, numberOf, tableOf } from "../rows.ts"

const ROLE: ReportColumn = { name: "role", label: "role", unit: "text" }

const EXCESS: ReadonlyArray<ReportColumn> = [
  { name: "trades", label: "trades", unit: "count" },
  { name: "contracts", label: "contracts", unit: "contracts" },
  { name: "events", label: "events", unit: "count" },
  { name: "excess_effective", label: "effective", unit: "number", digits: 1 },
  { name: "mean_price", label: "price", unit: "cents" },
  { name: "mean_payout", label: "payout", unit: "cents" },
  { name: "excess", label: "excess", unit: "cents", digits: 2 },
  { name: "excess_error", label: "± SE", unit: "cents", digits: 2 },
  { name: "excess_by_contract", label: "excess a contract", unit: "cents", digits: 2 },
  { name: "excess_by_contract_error", label: "± SE", unit: "cents", digits: 2 }
]

const RETURN: ReadonlyArray<ReportColumn> = [
  { name: "gross", label: "gross", unit: "share" },
  { name: "gross_error", label: "± SE", unit: "share" },
  { name: "gross_by_dollar", label: "gross, by $", unit: "share" },
  { name: "gross_by_dollar_error", label: "± SE", unit: "share" },
  { name: "trades_with_fee", label: "fee known", unit: "count" },
  { name: "fee_low", label: "fee at least", unit: "share" },
  { name: "fee_high", label: "at most", unit: "share" },
  { name: "net_low", label: "net at least", unit: "share" },
  { name: "net_high", label: "at most", unit: "share" },
  { name: "net_by_dollar_low", label: "net, by $, at least", unit: "share" },
  { name: "net_by_dollar_high", label: "at most", unit: "share" }
]

type Mean = "excess" | "excess_by_contract" | "gross" | "gross_by_dollar"

/** The error of a mean, if the trades of one event depend on each other in any way; null if few events weigh. */
export const errorOf = (row: Fields, mean: Mean): number | null => {
  const [spread, effective, outcomes] = ["spread", "effective", "outcomes"].map((part) =>
    numberOf(row[`${mean}_${part}`])
  )
  if (spread == null || effective == null || outcomes == null) return null
  if (effective < EFFECTIVE_CLUSTERS_MIN || outcomes < EFFECTIVE_OUTCOMES_MIN) return null
  return spread * Math.sqrt(smallSample(Number(row.events), Number(row.trades), 1))
}

/** Returns the tables of rows by role, in cents and as shares of the price, behind the columns that name them. */
export const measureTables = (
  by: string,
  rows: ReadonlyArray<Fields>,
  names: ReadonlyArray<ReportColumn> = []
): readonly [excess: ReportTable, returns: ReportTable] => {
  const measured = rows.map((row) => ({
    ...row,
    excess_error: errorOf(row, "excess"),
    excess_by_contract_error: errorOf(row, "excess_by_contract"),
    gross_error: errorOf(row, "gross"),
    gross_by_dollar_error: errorOf(row, "gross_by_dollar")
  }))
  return [
    tableOf([ROLE, ...names, ...EXCESS], measured, `Excess ${by}`),
    tableOf([ROLE, ...names, ...RETURN], measured, `Returns ${by}`)
  ]
}

export const METHOD: ReadonlyArray<string> = [
  "Every trade has a taker and a maker. The one who buys YES pays its price p, and the other one pays 100 − p for NO; payout is what the bought contract paid, also a fraction if the result was scalar.",
  "Excess is the mean of payout − price over trades; excess a contract is the same over contracts, so that a trade of 100 contracts weighs 100 times one of a single contract. Gross is the mean of (payout − price) / price over trades; by $ weighs by dollars: the sum of payouts over the sum of prices, minus 1.",
  `Standard errors are clustered by event (CR1), since all trades of an event depend on the same outcome. Effective events are Kish's (Σ n)² / Σ n² over the trades n of each event; of means over contracts and dollars, over these. With fewer than ${EFFECTIVE_CLUSTERS_MIN} there is no error, nor with fewer than ${EFFECTIVE_OUTCOMES_MIN} effective events that are expected to win, or to lose, at these prices: it would come out too small, since the outcomes of long shots are nearly all alike. Trades of one market are counted as often as they were made, so a busy market weighs more than a quiet one.`,
  "The fee is by the type and multiplier that held when the trade was made, of the event where it has its own and else of its series. The exchange rounds it up to a cent once for each order, and does not say which trades belong to one order. So a fee is at least that of the formula without rounding, which a large order with many fills nearly pays, and at most that of an order of the size of the trade.",
  "Fee and net are means over the trades whose fee is known: fee is the fee divided by the price, and net is (payout − price − fee) / price. They differ from gross by more than the fee where the fees of some trades are not known."
]
