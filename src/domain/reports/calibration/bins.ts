/** The markets of each twentieth of the scale: how many there are, and how often they ended in YES. */
import { clusteredMean, effectiveClusters, hasEnoughOutcomes } from "../../statistics/clustered.ts"
import { binsOf } from "../../statistics/murphy.ts"
import { at, sampleOf } from "../../statistics/sample.ts"
import type { ReportTable } from "../document.ts"
import type { LineFigure } from "../figure.ts"
import { cell, type ForecastGroup } from "./group.ts"

/** The number of bins, of equal width. */
export const BINS = 20

interface Bin {
  readonly from: number
  readonly markets: number
  readonly events: number
  readonly effectiveEvents: number
  readonly price: number
  readonly won: number
  /** NaN if few events are expected to end in YES, or in NO. */
  readonly standardError: number
}

/** Returns the bins that have markets. */
const binsIn = ({ markets, sample }: ForecastGroup): ReadonlyArray<Bin> => {
  const { count, forecast, ofRow, outcome } = binsOf(sample, BINS)
  const rows = Array.from(count, (): Array<number> => [])
  for (const [row, bin] of ofRow.entries()) rows[bin]?.push(row)
  return rows.flatMap((ofBin, bin) => {
    if (ofBin.length === 0) return []
    const inBin = sampleOf(
      ofBin.map((row) => ({
        forecast: at(sample.forecast, row),
        outcome: at(sample.outcome, row) === 1 ? 1 : 0,
        cluster: markets[row]?.event ?? ""
      }))
    )
    return [
      {
        from: bin / BINS,
        markets: ofBin.length,
        events: inBin.clusters,
        effectiveEvents: effectiveClusters(inBin),
        price: at(forecast, bin),
        won: at(outcome, bin),
        standardError: hasEnoughOutcomes(inBin)
          ? clusteredMean(inBin, inBin.outcome).standardError
          : Number.NaN
      }
    ]
  })
}

export const binTable = (groups: ReadonlyArray<ForecastGroup>): ReportTable => ({
  title: "Markets by price",
  columns: [
    { name: "horizon", label: "horizon", unit: "text" },
    { name: "price_from", label: "from", unit: "probability", digits: 2 },
    { name: "price_to", label: "below", unit: "probability", digits: 2 },
    { name: "markets", label: "markets", unit: "count" },
    { name: "events", label: "events", unit: "count" },
    { name: "effective_events", label: "effective", unit: "number", digits: 1 },
    { name: "mean_price", label: "mean price", unit: "probability", digits: 4 },
    { name: "share_of_yes", label: "share of YES", unit: "probability", digits: 4 },
    { name: "standard_error", label: "error", unit: "probability", digits: 4 }
  ],
  rows: groups.flatMap((group) =>
    binsIn(group).map((bin) => [
      group.label,
      bin.from,
      bin.from + 1 / BINS,
      bin.markets,
      bin.events,
      bin.effectiveEvents,
      bin.price,
      bin.won,
      cell(bin.standardError)
    ])
  )
})

export const histogram = ({ sample, words }: ForecastGroup): LineFigure => ({
  kind: "lines",
  title: `Markets by price ${words}`,
  caption: "The number of markets in each twentieth of the scale.",
  isLow: true,
  x: { label: "price as a probability", unit: "probability", domain: [0, 1] },
  y: { label: "markets", unit: "count" },
  lines: [
    {
      name: "markets",
      shape: "columns",
      points: Array.from(binsOf(sample, BINS).count, (markets, bin) => ({ x: bin / BINS, y: markets }))
    }
  ]
})
