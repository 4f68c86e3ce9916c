/** The section of strata: the scores by category, year and size. */
import { EFFECTIVE_CLUSTERS_MIN } from "../../statistics/clustered.ts"
import { recalibrationOf } from "../../statistics/recalibration.ts"
import type { ReportCell, ReportColumn, ReportSection, ReportTable } from "../document.ts"
import { biasOf, cell, groupsOf, hasEnoughEvents, scoresOf } from "./group.ts"
import type { CalibrationOptions } from "./options.ts"
import { PUBLISHED_BY_CATEGORY } from "./published.ts"
import type { PricedMarket } from "./sample.ts"

/** The decades of contracts traded by the moment. */
const SIZES = [
  [0, "none"],
  [1, "below 10"],
  [10, "10 to 99"],
  [100, "100 to 999"],
  [1000, "1,000 to 9,999"],
  [10_000, "10,000 to 99,999"],
  [100_000, "100,000 and more"]
] as const

const UNKNOWN = "not known"

const sizeOf = (volume: number | null): string => {
  if (volume === null) return UNKNOWN
  // Fractions of a contract are traded, so that less than one contract is still more than none.
  const size = SIZES.findLast(([least]) => (least === 1 ? volume > 0 : volume >= least))
  return size?.[1] ?? UNKNOWN
}

type Order = (one: string, other: string) => number

const byName: Order = (one, other) => (one < other ? -1 : 1)

/** The order of sizes. A size that is not known, which is in no decade, comes first. */
const bySize: Order = (one, other) => {
  const placeOf = (name: string) => SIZES.findIndex(([, label]) => label === name)
  return placeOf(one) - placeOf(other)
}

const columnsOf = (stratum: string): ReadonlyArray<ReportColumn> => [
  { name: stratum, label: stratum, unit: "text" },
  { name: "horizon", label: "horizon", unit: "text" },
  { name: "markets", label: "markets", unit: "count" },
  { name: "events", label: "events", unit: "count" },
  { name: "effective_events", label: "effective", unit: "number", digits: 1 },
  { name: "mean_price", label: "mean price", unit: "probability", digits: 4 },
  { name: "share_of_yes", label: "share of YES", unit: "probability", digits: 4 },
  { name: "brier", label: "Brier", unit: "score", digits: 4 },
  { name: "mcb", label: "MCB", unit: "score", digits: 4 },
  { name: "dsc", label: "DSC", unit: "score", digits: 4 },
  { name: "unc", label: "UNC", unit: "score", digits: 4 },
  { name: "slope", label: "slope", unit: "number", digits: 3 },
  { name: "slope_standard_error", label: "error", unit: "number", digits: 3 },
  { name: "psi", label: "ψ", unit: "number", digits: 4 },
  { name: "psi_standard_error", label: "error", unit: "number", digits: 4 }
]

const rowsOf = (
  name: string,
  markets: ReadonlyArray<PricedMarket>,
  options: CalibrationOptions
): ReadonlyArray<ReadonlyArray<ReportCell>> =>
  groupsOf(markets, options).map(({ label, sample }) => {
    const { corp, effectiveEvents, events, markets: count, price, won } = scoresOf(sample)
    const enough = hasEnoughEvents(sample)
    const fit = enough ? recalibrationOf(sample) : undefined
    const slope =
      fit?.kind === "fitted" && fit.effectiveClusters >= EFFECTIVE_CLUSTERS_MIN ? fit.line.slope : undefined
    const psi = enough ? biasOf(sample)?.slope : undefined
    return [
      name,
      label,
      count,
      events,
      effectiveEvents,
      price,
      won.value,
      corp.score,
      corp.miscalibration,
      corp.discrimination,
      corp.uncertainty,
      cell(slope?.value),
      cell(slope?.standardError),
      cell(psi?.value),
      cell(psi?.standardError)
    ]
  })

const stratified = (
  markets: ReadonlyArray<PricedMarket>,
  stratumOf: (market: PricedMarket) => string,
  options: CalibrationOptions,
  order: Order = byName
): ReadonlyArray<ReadonlyArray<ReportCell>> => {
  const strata = new Map<string, Array<PricedMarket>>()
  for (const market of markets) {
    const name = stratumOf(market)
    const list = strata.get(name)
    if (list === undefined) strata.set(name, [market])
    else list.push(market)
  }
  return [...strata]
    .sort(([one], [other]) => order(one, other))
    .flatMap(([name, list]) => rowsOf(name, list, options))
}

const categoryTable = (markets: ReadonlyArray<PricedMarket>, options: CalibrationOptions): ReportTable => ({
  title: "Prices by category",
  columns: [
    ...columnsOf("category"),
    { name: "bdw_psi", label: "ψ of BDW", unit: "number", digits: 4 },
    { name: "replication_psi", label: "ψ of replication", unit: "number", digits: 4 }
  ],
  rows: stratified(markets, ({ category }) => category ?? UNKNOWN, options).map((row) => {
    const published = PUBLISHED_BY_CATEGORY[String(row[0])]
    return [...row, published?.bdw ?? null, published?.replication ?? null]
  })
})

export const strataSection = (
  markets: ReadonlyArray<PricedMarket>,
  options: CalibrationOptions
): ReportSection => ({
  id: "strata",
  title: "Where are prices right?",
  figures: [],
  tables: [
    categoryTable(markets, options),
    {
      title: "Prices by year of the close",
      columns: columnsOf("year"),
      rows: stratified(markets, ({ year }) => String(year), options)
    },
    {
      title: "Prices by contracts traded",
      columns: columnsOf("size"),
      rows: stratified(markets, ({ volume }) => sizeOf(volume), options, bySize)
    }
  ],
  method: [
    "Category is the market's as last described, year the UTC year of its close, and size the contracts that had been traded in it by the moment of the price.",
    `Slope and ψ are as above; strata with fewer than ${EFFECTIVE_CLUSTERS_MIN} effective events (Kish) have none. Markets that are looked at in many strata show differences by chance: of twenty comparisons one is beyond two errors.`
  ]
})
