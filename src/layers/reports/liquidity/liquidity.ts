/** The report `liquidity`: spreads, depth and the cost of an order. */
import { Effect } from "effect"
import type { ReportColumn, ReportSection } from "../../../domain/reports/document.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { filterOptions } from "../population.ts"
import { dayOf, type Fields, numberOf, sumOf, tableOf } from "../rows.ts"
import { type ReportEffect, run, runAll } from "../statements.ts"
import { counted, shown } from "../wording.ts"
import * as sql from "./sql.ts"

/** The number of days whose last books are read. A day of the whole exchange has about a million levels in a slot. */
const BOOK_DAYS_MAX = 30

const QUOTES: ReadonlyArray<ReportColumn> = [
  { name: "quotes", label: "quotes", unit: "count" },
  { name: "two_sided_share", label: "two-sided", unit: "share" },
  { name: "no_bid", label: "no bid", unit: "count" },
  { name: "no_ask", label: "no ask", unit: "count" },
  { name: "empty", label: "empty", unit: "count" },
  { name: "median_spread", label: "median spread", unit: "cents", digits: 2 },
  { name: "mean_spread", label: "mean spread", unit: "cents", digits: 2 },
  { name: "mean_bid_size", label: "bid size", unit: "contracts" },
  { name: "mean_ask_size", label: "ask size", unit: "contracts" }
]

const BOOKS: ReadonlyArray<ReportColumn> = [
  { name: "category", label: "category", unit: "text" },
  { name: "books", label: "books", unit: "count" },
  { name: "two_sided_share", label: "two-sided", unit: "share" },
  { name: "bid_depth", label: `bid depth ${sql.DEPTH_CENTS}¢`, unit: "contracts" },
  { name: "ask_depth", label: `ask depth ${sql.DEPTH_CENTS}¢`, unit: "contracts" },
  ...sql.ORDERS.flatMap(
    (size): ReadonlyArray<ReportColumn> => [
      { name: `fillable_${size}_share`, label: `can fill ${shown(size, "count")}`, unit: "share" },
      { name: `cost_above_ask_${size}`, label: `cost of ${shown(size, "count")}`, unit: "cents", digits: 2 }
    ]
  )
]

const spreadSection = (
  days: ReadonlyArray<Fields>,
  categories: ReadonlyArray<Fields>,
  finding: string
): ReportSection => ({
  id: "spread",
  title: "Spread",
  finding,
  figures: [
    ...(days.length < 2
      ? []
      : [
          {
            kind: "lines" as const,
            title: "Spread of two-sided quotes",
            caption: "The median and the mean of all two-sided quotes of a UTC day.",
            x: { label: "day (UTC)", unit: "day" as const },
            y: { label: "spread", unit: "cents" as const },
            lines: ["median_spread", "mean_spread"].map((name) => ({
              name: name === "median_spread" ? "median" : "mean",
              points: days.map((day) => ({ x: dayOf(day), y: numberOf(day[name]) }))
            }))
          }
        ]),
    ...(categories.length < 2
      ? []
      : [
          {
            kind: "bars" as const,
            title: "Median spread by category",
            caption: "Two-sided quotes only; the table counts the others.",
            category: { label: "category", unit: "text" as const },
            value: { label: "median spread", unit: "cents" as const, digits: 2 },
            bars: categories.map(({ category, median_spread }) => ({
              category: String(category),
              value: numberOf(median_spread)
            }))
          }
        ])
  ],
  tables: [
    tableOf(
      [{ name: "category", label: "category", unit: "text" }, ...QUOTES],
      categories,
      "Spreads by category"
    ),
    tableOf([{ name: "day", label: "day", unit: "day" }, ...QUOTES], days, "Spreads by day")
  ],
  method: [
    "Each recorded quote of an open market counts once, so a market that is open for long counts more. The spread is the ask minus the bid of YES, of quotes that have both; one-sided and empty books are counted beside it, since a spread of what has one side would be a guess.",
    "The median is exact: the least spread up to which at least half of the two-sided quotes lie. Sizes are the contracts at the best bid and ask of two-sided quotes, on average. --min-volume compares the volume that the quote itself has."
  ]
})

const depthSection = (books: ReadonlyArray<Fields>, slots: number): ReportSection => {
  const [all] = books
  const share = (size: number) => shown(Number(all?.[`fillable_${size}_share`]), "share")
  return {
    id: "depth",
    title: "Depth and the cost of an order",
    finding:
      all === undefined
        ? "No complete slot of order books is recorded in this time."
        : `Of ${counted(Number(all.books), "book")} in ${counted(slots, "slot")}, ${sql.ORDERS.map((size) => `${share(size)} could fill an order for ${shown(size, "count")} YES`).join(", and ")}.`,
    figures: [],
    tables: all === undefined ? [] : [tableOf(BOOKS, books)],
    method: [
      `The books are those of the last complete slot of each UTC day, of at most ${BOOK_DAYS_MAX} days. Books without any order have no row in the recording and are not counted; the feed asks for markets with volume or open interest.`,
      `Depth is the number of contracts within ${sql.DEPTH_CENTS}¢ of the best price, a missing side counting as none. Both sides of a recorded book are bids: a bid for NO at 40¢ is an ask for YES at 60¢.`,
      "The cost of an order is the mean price of buying YES at once from the asks, before fees, minus the best ask; it is an average over the books that have enough, whose share stands beside it."
    ]
  }
}

/** Makes the report. The times select slots. */
export const makeLiquidityReport = (filters: ReportFilters): ReportEffect =>
  Effect.gen(function* () {
    const slots = (yield* run(sql.bookSlots(filters, BOOK_DAYS_MAX))).map(({ slot }) => String(slot))
    const { answers, source } = yield* runAll([
      sql.spreads(filters),
      ...(slots.length === 0 ? [] : [sql.depths(filters, slots)])
    ])
    const [quotes = [], books = []] = answers
    const at = (level: string) => quotes.filter((row) => row.level === level)
    const all = at("all")
    const [number, both] = [sumOf(all, "quotes"), sumOf(all, "two_sided")]
    const finding =
      number === 0
        ? "No quote is recorded in this time."
        : `${shown(both / number, "share")} of ${counted(number, "quote")} are two-sided, with a median spread of ${shown(numberOf(all[0]?.median_spread) ?? Number.NaN, "cents")}¢.`
    return {
      name: "liquidity",
      title: "Liquidity",
      question: "How wide are spreads, how deep are books, and what does an order cost?",
      options: filterOptions(filters),
      sections: [spreadSection(at("day"), at("category"), finding), depthSection(books, slots.length)],
      unit: "quotes",
      population: number,
      included: both,
      exclusions: [
        { reason: "one-sided: no spread", count: sumOf(all, "no_bid") + sumOf(all, "no_ask") },
        { reason: "empty: neither bid nor ask", count: sumOf(all, "empty") },
        { reason: "bid or ask not sent", count: sumOf(all, "unknown") }
      ].filter(({ count }) => count > 0),
      notes: [],
      source
    }
  })
