/** The forecasts of a report that are scored together: those of one horizon, and of one side if bid and ask are apart. */
import {
  clusteredMean,
  EFFECTIVE_CLUSTERS_MIN,
  type Estimate,
  effectiveClusters,
  type FittedLine,
  leastSquares
} from "../../statistics/clustered.ts"
import { type Corp, corpOf } from "../../statistics/corp.ts"
import { type Levels, levelsOf } from "../../statistics/isotonic.ts"
import { at, type Sample, sampleOf } from "../../statistics/sample.ts"
import { type CalibrationOptions, spanText } from "./options.ts"
import type { PricedMarket } from "./sample.ts"

export interface ForecastGroup {
  /** `1h`, or `1h, bid`. */
  readonly label: string
  /** The same in words: `1h before the close, at the bid`. */
  readonly words: string
  readonly horizon: number
  readonly markets: ReadonlyArray<PricedMarket>
  readonly sample: Sample
  readonly relation: Uint8Array
}

/** Cents as a probability: what the price says of YES, which pays 100 cents. */
const probability = (cents: number): number => cents / 100

const groupOf = (
  horizon: number,
  side: "" | "bid" | "ask",
  markets: ReadonlyArray<PricedMarket>,
  centsOf: (market: PricedMarket) => number
): ForecastGroup => ({
  label: side === "" ? spanText(horizon) : `${spanText(horizon)}, ${side}`,
  words: `${spanText(horizon)} before the close${side === "" ? "" : `, at the ${side}`}`,
  horizon,
  markets,
  sample: sampleOf(
    markets.map((market) => ({
      forecast: probability(centsOf(market)),
      outcome: market.outcome,
      cluster: market.event
    }))
  ),
  relation: Uint8Array.from(markets, ({ relation }) => relation)
})

/** Returns the groups of some markets, in the order of the horizons. Those without a price have no group. */
export const groupsOf = (
  markets: ReadonlyArray<PricedMarket>,
  { horizons, price }: CalibrationOptions
): ReadonlyArray<ForecastGroup> =>
  horizons.flatMap((horizon) => {
    const ofHorizon = markets.filter((market) => market.horizon === horizon)
    if (ofHorizon.length === 0) return []
    if (price !== "bid-ask") return [groupOf(horizon, "", ofHorizon, ({ low }) => low)]
    return [
      groupOf(horizon, "bid", ofHorizon, ({ low }) => low),
      groupOf(horizon, "ask", ofHorizon, ({ high }) => high)
    ]
  })

/** The regression of the error of a price on the price, in cents; null if all prices are the same. */
export const biasOf = (sample: Sample): FittedLine | null => {
  const cents = sample.forecast.map((forecast) => 100 * forecast)
  return leastSquares(
    sample,
    cents,
    sample.outcome.map((outcome, row) => 100 * outcome - at(cents, row))
  )
}

export interface Scores {
  readonly markets: number
  readonly events: number
  readonly effectiveEvents: number
  readonly levels: Levels
  readonly corp: Corp
  readonly brier: Estimate
  readonly price: number
  readonly won: Estimate
}

export const scoresOf = (sample: Sample): Scores => {
  const levels = levelsOf(sample)
  return {
    markets: sample.forecast.length,
    events: sample.clusters,
    effectiveEvents: effectiveClusters(sample),
    levels,
    corp: corpOf(levels),
    brier: clusteredMean(
      sample,
      sample.forecast.map((forecast, row) => (forecast - at(sample.outcome, row)) ** 2)
    ),
    price: clusteredMean(sample, sample.forecast).value,
    won: clusteredMean(sample, sample.outcome)
  }
}

export const hasEnoughEvents = (sample: Sample): boolean =>
  effectiveClusters(sample) >= EFFECTIVE_CLUSTERS_MIN

/** A number as a cell; one that does not exist, such as the error of one event, is NULL. */
export const cell = (value: number | undefined): number | null =>
  value === undefined || !Number.isFinite(value) ? null : value
