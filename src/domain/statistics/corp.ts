/**
 * The mean Brier score and its parts after Dimitriadis, Gneiting and Jordan, "Stable reliability diagrams for
 * probabilistic classifiers", PNAS 118 (8), 2021 (CORP): S = MCB − DSC + UNC. The forecasts are recalibrated by
 * isotonic regression, so the parts depend on no choice of bins and add up exactly.
 */
import { isotonic, type Levels } from "./isotonic.ts"
import { at } from "./sample.ts"

export interface Corp {
  /** The mean of (forecast − outcome)². */
  readonly score: number
  /** Miscalibration: how much the score falls if each forecast is replaced by its recalibrated value. */
  readonly miscalibration: number
  /** Discrimination: how much the recalibrated forecasts are better than one forecast for all. */
  readonly discrimination: number
  /** Uncertainty: the score of the share that came true as the forecast of all. */
  readonly uncertainty: number
  /** The recalibrated value of each level: the share of YES that the isotonic regression estimates. */
  readonly recalibrated: Float64Array
}

/** Returns the mean Brier score of forecasts for levels, in which all rows of a level have one forecast. */
const brier = ({ count, won }: Levels, forecastOf: (level: number) => number): number => {
  let sum = 0
  let rows = 0
  for (let level = 0; level < count.length; level++) {
    const n = at(count, level)
    const yes = at(won, level)
    const forecast = forecastOf(level)
    sum += yes * (1 - forecast) ** 2 + (n - yes) * forecast ** 2
    rows += n
  }
  return sum / rows
}

export const corpOf = (levels: Levels): Corp => {
  const recalibrated = isotonic(levels.won, levels.count)
  const share = levels.won.reduce((sum, n) => sum + n, 0) / levels.count.reduce((sum, n) => sum + n, 0)
  const score = brier(levels, (level) => at(levels.forecast, level))
  const best = brier(levels, (level) => at(recalibrated, level))
  const uncertainty = share * (1 - share)
  return {
    score,
    miscalibration: score - best,
    discrimination: uncertainty - best,
    uncertainty,
    recalibrated
  }
}
