/** The report `returns`: what takers and makers earned, by price and by category. */
import { Effect } from "effect"
import type { ReportColumn, ReportSection, ReportTable } from "../../../domain/reports/document.ts"
import type { BarFigure } from "../../../domain/reports/figure.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { smallSample } from "../../../domain/statistics/clustered.ts"
import { filterOptions } from "../population.ts"
import { countedOf, type Fields, isIncluded, numberOf, sumOf, tableOf } from "../rows.ts"
import { type ReportEffect, runAll } from "../statements.ts"
import { counted, shown } from "../wording.ts"
import { PUBLISHED, PUBLISHED_MAKER_SHARES } from "./published.ts"
import * as sql from "./sql.ts"

/** Half the width of an interval of 95 %, in standard errors. */
const Z = 1.96

/** The error of the mean excess of a trade in cents, if the trades of one event depend on each other in any way. */
const errorOf = ({ deviations, events, trades: number }: Fields): number | null => {
  const trades = Number(number)
  const error = Math.sqrt(Math.max(0, Number(deviations)) * smallSample(Number(events), trades, 1)) / trades
  return Number.isFinite(error) ? error : null
}

const MEASURES: ReadonlyArray<ReportColumn> = [
  { name: "trades", label: "trades", unit: "count" },
  { name: "events", label: "events", unit: "count" },
  { name: "mean_price", label: "price", unit: "cents" },
  { name: "mean_payout", label: "payout", unit: "cents" },
  { name: "excess", label: "excess", unit: "cents", digits: 2 },
  { name: "excess_error", label: "± SE", unit: "cents", digits: 2 },
  { name: "gross", label: "gross", unit: "share" },
  { name: "gross_by_dollar", label: "gross, by $", unit: "share" },
  { name: "trades_with_fee", label: "fee known", unit: "count" },
  { name: "fee", label: "fee", unit: "share" },
  { name: "net", label: "net", unit: "share" },
  { name: "net_by_dollar", label: "net, by $", unit: "share" }
]

const ROLE: ReportColumn = { name: "role", label: "role", unit: "text" }
const BAND: ReportColumn = { name: "band", label: "price paid", unit: "text" }

/** Bands are (0, 10], (10, 20] and so on, named by the whole cents in them; the last one ends below a dollar. */
const bandName = (band: number): string => `${10 * band - 9}–${band === 10 ? 99 : 10 * band}¢`

/** Returns the measures of rows by role, behind the columns that name them. */
const measureTable = (rows: ReadonlyArray<Fields>, names: ReadonlyArray<ReportColumn> = []): ReportTable =>
  tableOf(
    [ROLE, ...names, ...MEASURES],
    rows.map((row) => ({
      ...row,
      band: row.band === null ? null : bandName(Number(row.band)),
      excess_error: errorOf(row)
    }))
  )

const METHOD: ReadonlyArray<string> = [
  "Every trade has a taker and a maker. The one who buys YES pays its price p, and the other one pays 100 − p for NO; payout is what the bought contract paid, also a fraction if the result was scalar.",
  "Excess is the mean of payout − price over trades. Gross is the mean of (payout − price) / price over trades; by $ weighs by dollars: the sum of payouts over the sum of prices, minus 1.",
  "The fee is the one that held when the trade was made, of the event where it has its own and else of its series, rounded as for an order of the size of the trade. The exchange does not say which trades belong to one order: small fills of a large order paid less than this.",
  "Fee and net are means over the trades whose fee is known: fee is the fee divided by the price, and net is (payout − price − fee) / price. Net plus fee is the gross return of those trades, which differs from the gross return beside it where fees are not known.",
  "The standard error of the excess is clustered by event (CR1), since all trades of an event depend on the same outcome. Trades of one market are counted as often as they were made, so a busy market weighs more than a quiet one."
]

const overallSection = (rows: ReadonlyArray<Fields>): ReportSection => {
  const [taker, maker] = ["taker", "maker"].map((role) => rows.find((row) => row.role === role))
  const gross = (row: Fields | undefined) => shown(numberOf(row?.gross) ?? Number.NaN, "share")
  return {
    id: "overall",
    title: "Takers and makers",
    finding:
      taker === undefined
        ? "No trade of a settled market is recorded in this time."
        : `On ${counted(Number(taker.trades), "trade")} of ${counted(Number(taker.events), "event")}, takers returned ${gross(taker)} and makers ${gross(maker)} before fees, trade by trade.`,
    figures: [],
    tables: [
      measureTable(rows),
      {
        columns: [
          { name: "source", label: "published", unit: "text" },
          { name: "taker", label: "takers, gross", unit: "share" },
          { name: "maker", label: "makers, gross", unit: "share" },
          { name: "taker_excess", label: "takers, excess", unit: "cents", digits: 2 },
          { name: "maker_excess", label: "makers, excess", unit: "cents", digits: 2 },
          { name: "sample", label: "sample", unit: "text" }
        ],
        rows: PUBLISHED.map(({ maker, makerExcess, sample, source, taker, takerExcess }) =>
          [source, taker, maker, takerExcess, makerExcess, sample].map((cell) => cell ?? null)
        )
      }
    ],
    method: METHOD
  }
}

const excessFigure = (title: string, caption: string, label: string, bars: BarFigure["bars"]): BarFigure => ({
  kind: "bars",
  title,
  caption,
  category: { label, unit: "text" },
  value: { label: "excess", unit: "cents", digits: 1 },
  bars
})

const barOf = (row: Fields, category: string): BarFigure["bars"][number] => {
  const [error, mean] = [errorOf(row), numberOf(row.excess)]
  return {
    category,
    group: `${String(row.role)}s`,
    value: mean,
    ...(mean === null || error === null ? {} : { low: mean - Z * error, high: mean + Z * error })
  }
}

const bandSection = (rows: ReadonlyArray<Fields>): ReportSection => {
  const tradesOf = (role: string, band: number) => {
    const row = rows.find((one) => one.role === role && Number(one.band) === band)
    return row === undefined ? 0 : Number(row.trades)
  }
  return {
    id: "bands",
    title: "By price",
    figures:
      rows.length === 0
        ? []
        : [
            excessFigure(
              "Excess by price",
              "Payout minus price, for the side that the role bought. Whiskers are intervals of 95 %, clustered by event.",
              "price paid",
              rows.map((row) => barOf(row, bandName(Number(row.band))))
            )
          ],
    tables: [
      measureTable(rows, [BAND]),
      {
        columns: [
          BAND,
          { name: "maker_share", label: "share of makers", unit: "share" },
          { name: "bdw", label: "Bürgi et al. 2026", unit: "share" },
          { name: "vladosyna", label: "Vladosyna", unit: "share" }
        ],
        rows: PUBLISHED_MAKER_SHARES.map(([original, replication], at) => {
          const [maker, taker] = [tradesOf("maker", at + 1), tradesOf("taker", at + 1)]
          return [
            bandName(at + 1),
            maker + taker === 0 ? null : maker / (maker + taker),
            original,
            replication
          ]
        })
      }
    ],
    method: [
      "A band holds the prices above its lower end up to its upper end: 10.5¢ belongs to 11–20¢. The share of makers is that of the trades in which the buyer at such a price was the maker."
    ]
  }
}

const categorySection = (rows: ReadonlyArray<Fields>): ReportSection => ({
  id: "categories",
  title: "By category",
  figures:
    rows.length < 4
      ? []
      : [
          excessFigure(
            "Excess by category",
            "Payout minus price in cents. Whiskers are intervals of 95 %, clustered by event.",
            "category",
            rows.map((row) => barOf(row, String(row.category)))
          )
        ],
  tables: [measureTable(rows, [{ name: "category", label: "category", unit: "text" }])],
  method: []
})

/** Makes the report. The times select trades by `created_time`. */
export const makeReturnsReport = (filters: ReportFilters): ReportEffect =>
  Effect.gen(function* () {
    const { answers, source } = yield* runAll([sql.returns(filters), sql.exclusions(filters)])
    const [rows = [], reasons = []] = answers
    const overall = rows.filter(({ band, category }) => band === null && category === null)
    const takers = overall.filter(({ role }) => role === "taker")
    const uncharged = sumOf(takers, "priced") - sumOf(takers, "trades_with_fee")
    return {
      name: "returns",
      title: "Returns of takers and makers",
      question: "Who earned how much, at which prices, before and after fees?",
      options: filterOptions(filters),
      sections: [
        overallSection(overall),
        bandSection(rows.filter(({ band }) => band !== null)),
        categorySection(rows.filter(({ category }) => category !== null))
      ],
      ...countedOf(reasons, "trades"),
      notes: [
        `${counted(sumOf(reasons.filter(isIncluded), "scalar"), "trade")} of markets with a scalar result are included, at the fraction that was paid.`,
        ...(uncharged > 0
          ? [`The fee of ${counted(uncharged, "trade")} is not known; net returns leave them out.`]
          : [])
      ],
      source
    }
  })
