/** The report `volume`: trades, contracts and dollars by day, category and taker's side. */
import { Effect } from "effect"
import type { ReportColumn, ReportSection } from "../../../domain/reports/document.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { filterOptions } from "../population.ts"
import { dayOf, type Fields, numberOf, ratioOf, tableOf } from "../rows.ts"
import { type ReportEffect, runAll } from "../statements.ts"
import { counted, shown } from "../wording.ts"
import * as sql from "./sql.ts"

const SUMS: ReadonlyArray<ReportColumn> = [
  { name: "trades", label: "trades", unit: "count" },
  { name: "markets", label: "markets", unit: "count" },
  { name: "contracts", label: "contracts", unit: "contracts" },
  { name: "yes_contracts", label: "taker YES", unit: "contracts" },
  { name: "no_contracts", label: "taker NO", unit: "contracts" },
  { name: "paid_dollars", label: "paid by takers", unit: "dollars" }
]

const DAY_METHOD =
  "Days are UTC's. The exchange's own daily candles, and most published daily series, end at midnight in New York, 04:00 or 05:00 UTC."
const DOLLARS_METHOD =
  "The taker of YES pays the price of YES, and the taker of NO the price of NO (100¢ minus that of YES). The dollars of trades without a taker's side are unknown and not in the sums. A contract is one that changed hands, not one bought and one sold."

const daySection = (days: ReadonlyArray<Fields>): ReportSection => ({
  id: "days",
  title: "By day",
  figures:
    days.length < 2
      ? []
      : [
          {
            kind: "lines",
            title: "Contracts traded",
            caption: "Each column is a UTC day.",
            isLow: true,
            x: { label: "day (UTC)", unit: "day" },
            y: { label: "contracts", unit: "contracts" },
            lines: [
              {
                name: "contracts",
                shape: "columns",
                points: days.map((day) => ({ x: dayOf(day), y: numberOf(day.contracts) }))
              }
            ]
          }
        ],
  tables: [tableOf([{ name: "day", label: "day", unit: "day" }, ...SUMS], days)],
  method: [DAY_METHOD, DOLLARS_METHOD]
})

const categorySection = (categories: ReadonlyArray<Fields>): ReportSection => ({
  id: "categories",
  title: "By category",
  figures:
    categories.length < 2
      ? []
      : [
          {
            kind: "bars",
            title: "Contracts by category",
            caption: "Contracts are counted by the side that their taker bought.",
            category: { label: "category", unit: "text" },
            value: { label: "contracts", unit: "contracts" },
            bars: categories.flatMap((row) => [
              { category: String(row.category), group: "taker YES", value: numberOf(row.yes_contracts) },
              { category: String(row.category), group: "taker NO", value: numberOf(row.no_contracts) }
            ])
          }
        ],
  tables: [tableOf([{ name: "category", label: "category", unit: "text" }, ...SUMS], categories)],
  method: [
    "The category is the market's own, or its event's, or its series'. Trades of markets whose category is not known are in the category unknown, never left out."
  ]
})

const SIDES: ReadonlyArray<ReportColumn> = [
  { name: "taker_side", label: "taker bought", unit: "text" },
  { name: "trades", label: "trades", unit: "count" },
  { name: "contracts", label: "contracts", unit: "contracts" },
  { name: "share", label: "share of contracts", unit: "share" },
  { name: "paid_dollars", label: "paid by takers", unit: "dollars" }
]

const sideSection = (sides: ReadonlyArray<Fields>, all: Fields | undefined): ReportSection => ({
  id: "sides",
  title: "By the taker's side",
  figures: [],
  tables: [
    tableOf(
      SIDES,
      sides.map((side) => ({ ...side, share: ratioOf(side.contracts, all?.contracts) }))
    )
  ],
  method: []
})

/** Makes the report. The times select trades by `created_time`. */
export const makeVolumeReport = (filters: ReportFilters): ReportEffect =>
  Effect.gen(function* () {
    const { answers, source } = yield* runAll([sql.volumes(filters), sql.population(filters)])
    const [sums = [], [population] = []] = answers
    const at = (level: string) => sums.filter((row) => row.level === level)
    const [all] = at("all")
    const sum = (name: string) => Number(all?.[name])
    const [trades, unpaid, blocks] = [sum("trades"), sum("trades_unpaid"), sum("blocks")]
    const total = Number(population?.trades)
    const finding =
      trades === 0
        ? "No trade is recorded in this time."
        : `${counted(trades, "trade")} of ${shown(sum("contracts"), "contracts")} contracts, for which takers paid $${shown(sum("paid_dollars"), "dollars")}.`
    return {
      name: "volume",
      title: "Volume",
      question: "How much was traded, where, and by takers of which side?",
      options: filterOptions(filters),
      sections: [
        { ...daySection(at("day")), finding },
        categorySection(at("category")),
        sideSection(at("side"), all)
      ],
      unit: "trades",
      population: total,
      included: trades,
      exclusions:
        total === trades ? [] : [{ reason: "of markets that the filters leave out", count: total - trades }],
      notes: [
        `${counted(sum("undescribed"), "trade")} of markets without a description are included, in the category unknown.`,
        ...(unpaid > 0
          ? [`The taker's side of ${counted(unpaid, "trade")} is unknown; their dollars are not counted.`]
          : []),
        ...(blocks > 0
          ? [`${counted(blocks, "trade")} were negotiated off the book (block trades); they are included.`]
          : [])
      ],
      source
    }
  })
