/** The report `returns`: what takers and makers earned, by price and by category. */
import { Effect } from "effect"
import type { ReportColumn, ReportSection } from "../../../domain/reports/document.ts"
import type { BarFigure } from "../../../domain/reports/figure.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { filterOptions } from "../population.ts"
import { countedOf, type Fields, isIncluded, numberOf, sumOf } from "../rows.ts"
import { type ReportEffect, runAll } from "../statements.ts"
import { counted, shown } from "../wording.ts"
import { errorOf, METHOD, measureTables } from "./measures.ts"
import { PUBLISHED, PUBLISHED_GAPS, PUBLISHED_MAKER_SHARES } from "./published.ts"
import * as sql from "./sql.ts"

/** Half the width of an interval of 95 %, in standard errors. */
const Z = 1.96

const BAND: ReportColumn = { name: "band", label: "price paid", unit: "text" }

/** Bands are (0, 10], (10, 20] and so on, named by the whole cents in them; the last one ends below a dollar. */
const bandName = (band: number): string => `${10 * band - 9}–${band === 10 ? 99 : 10 * band}¢`

const overallSection = (rows: ReadonlyArray<Fields>): ReportSection => {
  const [taker, maker] = ["taker", "maker"].map((role) => rows.find((row) => row.role === role))
  const hasError = (row: Fields | undefined) => row !== undefined && errorOf(row, "gross") !== null
  const gross = (row: Fields | undefined) => {
    const error = row === undefined ? null : errorOf(row, "gross")
    const mean = shown(numberOf(row?.gross) ?? Number.NaN, "share")
    return error === null ? mean : `${mean} (± ${shown(error, "share")})`
  }
  return {
    id: "overall",
    title: "Takers and makers",
    finding:
      taker === undefined
        ? "No trade of a settled market is recorded in this time."
        : `On ${counted(Number(taker.trades), "trade")} of ${counted(Number(taker.events), "event")}, takers returned ${gross(taker)} and makers ${gross(maker)} before fees, trade by trade${hasError(taker) || hasError(maker) ? "" : "; too few events weigh, win or lose for an error"}.`,
    figures: [],
    tables: [
      ...measureTables("by role", rows),
      {
        title: "Published returns",
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
  const [error, mean] = [errorOf(row, "excess"), numberOf(row.excess)]
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
              "Payout minus price, for the side that the role bought. Whiskers are intervals of 95 %, clustered by event; there are none where too few events weigh, win or lose.",
              "price paid",
              rows.map((row) => barOf(row, bandName(Number(row.band))))
            )
          ],
    tables: [
      ...measureTables(
        "by price",
        rows.map((row) => ({ ...row, band: bandName(Number(row.band)) })),
        [BAND]
      ),
      {
        title: "Share of makers by price, and as published",
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
      "A band holds the prices above its lower end up to its upper end: 10.5¢ belongs to 11–20¢. The share of makers is that of the trades in which the buyer at such a price was the maker; the published ones are of the last trades of days, as above."
    ]
  }
}

/** Returns by how much the excess of makers is above that of takers in a category. */
const gapOf = (rows: ReadonlyArray<Fields>, category: string): number | null => {
  const [maker, taker] = ["maker", "taker"].map((role) =>
    numberOf(rows.find((row) => row.role === role && row.category === category)?.excess)
  )
  return maker == null || taker == null ? null : maker - taker
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
            "Payout minus price in cents. Whiskers are intervals of 95 %, clustered by event; there are none where too few events weigh, win or lose.",
            "category",
            rows.map((row) => barOf(row, String(row.category)))
          )
        ],
  tables: [
    ...measureTables("by category", rows, [{ name: "category", label: "category", unit: "text" }]),
    {
      title: "Excess of makers less that of takers, and as published",
      columns: [
        { name: "category", label: "category", unit: "text" },
        { name: "gap", label: "makers less takers", unit: "cents", digits: 2 },
        { name: "becker", label: "Becker 2026", unit: "cents", digits: 2 },
        { name: "becker_category", label: "his category", unit: "text" }
      ],
      rows: PUBLISHED_GAPS.map(({ category, gap, published }) => [
        category ?? null,
        category === undefined ? null : gapOf(rows, category),
        gap,
        published
      ])
    }
  ],
  method: [
    "Makers less takers is the excess of makers less that of takers, in cents, which is the same as percentage points of a dollar. Becker has categories of his own by ticker; they stand beside those of the exchange that are nearest."
  ]
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
