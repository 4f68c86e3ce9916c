/**
 * Murphy's parts of the mean Brier score over bins (1973), with the two terms that remain if forecasts within a bin
 * differ (Stephenson, Coelho and Jolliffe, "Two extra components in the Brier score decomposition", Weather and
 * Forecasting 23, 2008): S = REL − RES + UNC + WBV − WBC. With them the parts add up exactly.
 */
import { at, type Sample } from "./sample.ts"

export interface Murphy {
  readonly score: number
  /** Reliability: Σ n_k (f̄_k − ō_k)² / n. */
  readonly reliability: number
  /** Resolution: Σ n_k (ō_k − ō)² / n. */
  readonly resolution: number
  /** Uncertainty: ō (1 − ō). */
  readonly uncertainty: number
  /** Within-bin variance of the forecasts: Σ Σ (f − f̄_k)² / n. */
  readonly withinVariance: number
  /** Twice the within-bin covariance of forecast and outcome: 2 Σ Σ (f − f̄_k)(o − ō_k) / n. */
  readonly withinCovariance: number
}

export interface Bins {
  readonly count: Float64Array
  /** The mean forecast of each bin; NaN for a bin without rows. */
  readonly forecast: Float64Array
  /** The share of each bin that came true; NaN for a bin without rows. */
  readonly outcome: Float64Array
  readonly ofRow: Int32Array
}

/** Sorts the rows into bins of equal width: [0, 1/bins), …, [1 − 1/bins, 1]. */
export const binsOf = ({ forecast, outcome }: Sample, bins: number): Bins => {
  const count = new Float64Array(bins)
  const forecasts = new Float64Array(bins)
  const outcomes = new Float64Array(bins)
  const ofRow = new Int32Array(forecast.length)
  for (let i = 0; i < forecast.length; i++) {
    // Prices have at most six decimals. Rounding the product keeps 0.29 × 100 from being 28.999999999999996.
    const bin = Math.min(bins - 1, Math.floor(Math.round(at(forecast, i) * bins * 1e6) / 1e6))
    ofRow[i] = bin
    count[bin] = at(count, bin) + 1
    forecasts[bin] = at(forecasts, bin) + at(forecast, i)
    outcomes[bin] = at(outcomes, bin) + at(outcome, i)
  }
  return {
    count,
    forecast: forecasts.map((sum, bin) => sum / at(count, bin)),
    outcome: outcomes.map((sum, bin) => sum / at(count, bin)),
    ofRow
  }
}

export const murphyOf = (sample: Sample, bins: Bins): Murphy => {
  const n = sample.forecast.length
  let [score, yes, withinVariance, withinCovariance] = [0, 0, 0, 0]
  for (let i = 0; i < n; i++) {
    const [forecast, outcome, bin] = [at(sample.forecast, i), at(sample.outcome, i), at(bins.ofRow, i)]
    const deviation = forecast - at(bins.forecast, bin)
    score += (forecast - outcome) ** 2
    yes += outcome
    withinVariance += deviation ** 2
    withinCovariance += 2 * deviation * (outcome - at(bins.outcome, bin))
  }
  const share = yes / n
  let [reliability, resolution] = [0, 0]
  for (const [bin, count] of bins.count.entries()) {
    if (count === 0) continue
    reliability += count * (at(bins.forecast, bin) - at(bins.outcome, bin)) ** 2
    resolution += count * (at(bins.outcome, bin) - share) ** 2
  }
  return {
    score: score / n,
    reliability: reliability / n,
    resolution: resolution / n,
    uncertainty: share * (1 - share),
    withinVariance: withinVariance / n,
    withinCovariance: withinCovariance / n
  }
}
