/** The report `returns`: what takers and makers earned, by price and by category. */
import { Effect } from "effect"
import type { Report, ReportCell, ReportColumn, ReportSection } from "../../../domain/reports/document.ts"
import type { BarFigure } from "../../../domain/reports/figure.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { smallSample } from "../../../domain/statistics/clustered.ts"
import { Analytics, type QueryProblem, type QueryValue } from "../../../services/Analytics.ts"
import { categoryOf, type Fields, numberOf, recordsOf } from "../cells.ts"
import { filterOptions } from "../population.ts"
import { counted, shown } from "../wording.ts"
import { PUBLISHED, PUBLISHED_MAKER_SHARES } from "./published.ts"
import * as sql from "./sql.ts"

/** Half the width of an interval of 95 %, in standard errors. */
const Z = 1.96

const ratio = (part: QueryValue | undefined, whole: QueryValue | undefined): number | null => {
  const [own, all] = [numberOf(part), numberOf(whole)]
  return own === null || all === null || all === 0 ? null : own / all
}

/** The mean excess of a trade in cents, and its error if the trades of one event depend on each other in any way. */
const excessOf = (row: Fields): { readonly mean: number | null; readonly error: number | null } => {
  const mean = ratio(row.excess, row.trades)
  if (mean === null) return { mean: null, error: null }
  const [cross, events, sizes, squares, trades] = ["cross", "events", "sizes", "squares", "trades"].map(
    (name) => Number(row[name])
  ) as [number, number, number, number, number]
  const spread = squares - 2 * mean * cross + mean * mean * sizes
  const error = Math.sqrt(Math.max(0, spread) * smallSample(events, trades, 1)) / trades
  return { mean, error: Number.isFinite(error) ? error : null }
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

const measuresOf = (row: Fields): ReadonlyArray<ReportCell> => {
  const { error, mean } = excessOf(row)
  const byDollar = ratio(row.received, row.paid)
  const [charged, fees, received] = ["paid_charged", "fees", "received_charged"].map((name) =>
    numberOf(row[name] ?? null)
  )
  const netByDollar =
    charged === null || charged === undefined || fees == null || received == null || charged === 0
      ? null
      : (received - fees) / charged - 1
  return [
    numberOf(row.trades),
    numberOf(row.events),
    ratio(row.price, row.trades),
    ratio(row.payout, row.trades),
    mean,
    error,
    ratio(row.gross, row.priced),
    byDollar === null ? null : byDollar - 1,
    charged === null ? 0 : numberOf(row.charged),
    ratio(row.charge, row.charged),
    ratio(row.net, row.charged),
    netByDollar
  ]
}

/** Bands are (0, 10], (10, 20] and so on, named by the whole cents in them; the last one ends below a dollar. */
const bandName = (band: number): string => `${10 * band - 9}–${band === 10 ? 99 : 10 * band}¢`

const METHOD: ReadonlyArray<string> = [
  "Every trade has a taker and a maker. The one who buys YES pays its price p, and the other one pays 100 − p for NO; payout is what the bought contract paid, also a fraction if the result was scalar.",
  "Excess is the mean of payout − price over trades. Gross is the mean of (payout − price) / price over trades; by $ weighs by dollars: the sum of payouts over the sum of prices, minus 1.",
  "The fee is the one that held when the trade was made, of the event where it has its own and else of its series, rounded as for an order of the size of the trade. The exchange does not say which trades belong to one order: small fills of a large order paid less than this.",
  "Fee and net are means over the trades whose fee is known: fee is the fee divided by the price, and net is (payout − price − fee) / price. Net plus fee is the gross return of those trades, which differs from the gross return beside it where fees are not known.",
  "The standard error of the excess is clustered by event (CR1), since all trades of an event depend on the same outcome. Trades of one market are counted as often as they were made, so a busy market weighs more than a quiet one."
]

const overallSection = (rows: ReadonlyArray<Fields>): ReportSection => {
  const [taker, maker] = ["taker", "maker"].map((role) => rows.find((row) => row.role === role))
  const gross = (row: Fields | undefined) => shown(ratio(row?.gross, row?.priced) ?? Number.NaN, "share")
  return {
    id: "overall",
    title: "Takers and makers",
    finding:
      taker === undefined
        ? "No trade of a settled market is recorded in this time."
        : `On ${counted(Number(taker.trades), "trade")} of ${counted(Number(taker.events), "event")}, takers returned ${gross(taker)} and makers ${gross(maker)} before fees, trade by trade.`,
    figures: [],
    tables: [
      { columns: [ROLE, ...MEASURES], rows: rows.map((row) => [String(row.role), ...measuresOf(row)]) },
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
          [source, taker, maker, takerExcess, makerExcess, sample].map((cell) =>
            cell === undefined ? null : cell
          )
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
  const { error, mean } = excessOf(row)
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
      {
        columns: [ROLE, { name: "band", label: "price paid", unit: "text" }, ...MEASURES],
        rows: rows.map((row) => [String(row.role), bandName(Number(row.band)), ...measuresOf(row)])
      },
      {
        columns: [
          { name: "band", label: "price paid", unit: "text" },
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
            rows.map((row) => barOf(row, categoryOf(row)))
          )
        ],
  tables: [
    {
      columns: [ROLE, { name: "category", label: "category", unit: "text" }, ...MEASURES],
      rows: rows.map((row) => [String(row.role), categoryOf(row), ...measuresOf(row)])
    }
  ],
  method: []
})

export interface ReturnsOptions {
  /** The times select trades by `created_time`. */
  readonly filters: ReportFilters
}

export const makeReturnsReport = ({
  filters
}: ReturnsOptions): Effect.Effect<Report, QueryProblem, Analytics> =>
  Effect.gen(function* () {
    const analytics = yield* Analytics
    const { results, source } = yield* analytics.queryAll({
      sqls: [sql.returns(filters), sql.exclusions(filters)]
    })
    const [rows = [], reasons = []] = results.map(recordsOf)
    const included = reasons.filter(({ excluded }) => excluded === null)
    const countOf = (of: typeof reasons, name: string) => of.reduce((sum, row) => sum + Number(row[name]), 0)
    const overall = rows.filter(({ band, category }) => band === null && category === null)
    const uncharged = overall
      .filter(({ role }) => role === "taker")
      .reduce((sum, { charged, priced }) => sum + Number(priced) - Number(charged), 0)
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
      unit: "trades",
      population: countOf(reasons, "trades"),
      included: countOf(included, "trades"),
      exclusions: reasons.flatMap(({ excluded, trades }) =>
        excluded === null ? [] : [{ reason: String(excluded), count: Number(trades) }]
      ),
      notes: [
        `${counted(countOf(included, "scalar"), "trade")} of markets with a scalar result are included, at the fraction that was paid.`,
        ...(uncharged > 0
          ? [`The fee of ${counted(uncharged, "trade")} is not known; net returns leave them out.`]
          : [])
      ],
      source
    }
  })
