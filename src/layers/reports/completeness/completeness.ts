/** The report `completeness`: whether trades, the exchange's counters and candles count the same contracts. */
import { Effect } from "effect"
import type { ReportColumn, ReportSection } from "../../../domain/reports/document.ts"
import type { ReportFilters } from "../../../domain/reports/filters.ts"
import { filterOptions } from "../population.ts"
import { countedOf, type Fields, isIncluded, sumOf, tableOf } from "../rows.ts"
import { type ReportEffect, runAll } from "../statements.ts"
import { counted, shown } from "../wording.ts"
import * as sql from "./sql.ts"

/** The number of markets that are listed. */
const RESIDUES_MAX = 20

const CAUSE_COLUMNS: ReadonlyArray<ReportColumn> = [
  { name: "cause", label: "residue", unit: "text" },
  { name: "markets", label: "markets", unit: "count" },
  { name: "counted", label: "counter", unit: "contracts" },
  { name: "traded", label: "trades", unit: "contracts" },
  { name: "residue", label: "difference", unit: "contracts" },
  { name: "absolute", label: "absolute", unit: "contracts" }
]

const RESIDUE_COLUMNS: ReadonlyArray<ReportColumn> = [
  { name: "ticker", label: "market", unit: "text" },
  { name: "category", label: "category", unit: "text" },
  { name: "first_quote", label: "first quote", unit: "time" },
  { name: "last_quote", label: "last quote", unit: "time" },
  { name: "counted", label: "counter", unit: "contracts" },
  { name: "traded", label: "trades", unit: "contracts" },
  { name: "trades", label: "number", unit: "count" },
  { name: "residue", label: "difference", unit: "contracts" },
  { name: "cause", label: "likely cause", unit: "text" }
]

const CANDLE_COLUMNS: ReadonlyArray<ReportColumn> = [
  { name: "period_minutes", label: "minutes", unit: "count" },
  { name: "markets", label: "markets", unit: "count" },
  { name: "equal", label: "equal", unit: "count" },
  { name: "candle_contracts", label: "candles", unit: "contracts" },
  { name: "trade_contracts", label: "trades", unit: "contracts" },
  { name: "residue", label: "difference", unit: "contracts" },
  { name: "absolute", label: "absolute", unit: "contracts" }
]

const counterSection = (causes: ReadonlyArray<Fields>): ReportSection => {
  const markets = sumOf(causes, "markets")
  const [contracts, absolute] = [sumOf(causes, "counted"), sumOf(causes, "absolute")]
  const equal = sumOf(
    causes.filter(({ cause }) => cause === "equal"),
    "markets"
  )
  return {
    id: "counters",
    title: "Trades against the exchange's counters",
    finding:
      markets === 0
        ? "No market has two quotes in this time."
        : equal === markets
          ? `All of ${counted(markets, "market")} have exactly the trades that the exchange counted: ${shown(contracts, "contracts")} contracts.`
          : `${shown(equal, "count")} of ${counted(markets, "market")} have exactly the trades that the exchange counted; the differences of the others add up to ${shown(absolute, "contracts")} of ${shown(contracts, "contracts")} contracts.`,
    figures: [],
    tables: [tableOf(CAUSE_COLUMNS, causes)],
    method: [
      "The counter is the rise of the volume in the exchange's listing between the first and the last quote of a market; the trades are the recorded ones of the same time, each by its own count. A positive difference is a lack of trades.",
      "A listing may be 15 seconds old. A difference that the trades of the last 15 seconds before either quote can explain is within the age of the listing. A gap of the feed trades is a slot that is not complete between the two quotes, or up to a day later.",
      "The likely cause is the first that applies, in the order: equal, within the age of the listing, trades are recorded from a later time, a gap of the feed trades, unexplained."
    ]
  }
}

const residueSection = (residues: ReadonlyArray<Fields>): ReportSection => ({
  id: "residues",
  title: "Largest differences",
  finding:
    residues.length === 0
      ? "There is no difference."
      : `The ${counted(residues.length, "market")} that differ most.`,
  figures: [],
  tables: residues.length === 0 ? [] : [tableOf(RESIDUE_COLUMNS, residues)],
  method: []
})

const candleSection = (periods: ReadonlyArray<Fields>): ReportSection => ({
  id: "candles",
  title: "Trades against candles",
  finding:
    periods.length === 0
      ? "No candle lies in the time in which trades are recorded."
      : `${shown(sumOf(periods, "equal"), "count")} of ${counted(sumOf(periods, "markets"), "market")} have candles of the volume of the recorded trades.`,
  figures: [],
  tables: periods.length === 0 ? [] : [tableOf(CANDLE_COLUMNS, periods)],
  method: [
    "The candles of one market and one length that lie between the first and the last complete slot of the feed trades are added up, and compared with the recorded trades from the start of the first candle to the end of the last one. A candle counts the trades after its start up to its end."
  ]
})

/** Makes the report. The times select quotes by `observed_at`, and candles by `end_time`. */
export const makeCompletenessReport = (filters: ReportFilters): ReportEffect =>
  Effect.gen(function* () {
    const { answers, source } = yield* runAll([
      sql.residues(filters, RESIDUES_MAX),
      sql.candles(filters),
      sql.strays(filters)
    ])
    const [residues = [], candles = [], [strays] = []] = answers
    const causes = residues.filter(({ kind }) => kind === "cause")
    const markets = residues.filter(({ kind }) => kind === "market")
    return {
      name: "completeness",
      title: "Completeness",
      question: "Do the recorded trades, the exchange's counters and the candles count the same contracts?",
      options: filterOptions(filters),
      sections: [counterSection(causes.filter(isIncluded)), residueSection(markets), candleSection(candles)],
      ...countedOf(causes, "markets"),
      notes: [
        `Of ${counted(Number(strays?.trades), "recorded trade")} of this time, ${shown(Number(strays?.undescribed), "count")} are of markets without a description, and ${shown(Number(strays?.unquoted), "count")} of markets without a recorded quote; no counter can be compared with the latter.`
      ],
      source
    }
  })
