/**
 * The logarithmic score. A forecast of 0 or 1 has no loss if it was right and an infinite loss if it was wrong. Such
 * forecasts are not moved away from the end of the scale, which would make up the loss: they are counted apart.
 */
import { at, type Sample } from "./sample.ts"

export interface LogLoss {
  /** The mean of −ln(probability of what happened) over forecasts above 0 and below 1; null if there are none. */
  readonly mean: number | null
  /** The number of forecasts above 0 and below 1. */
  readonly counted: number
  /** The number of forecasts of exactly 0 or 1 that were right. */
  readonly certainRight: number
  /** The number of forecasts of exactly 0 or 1 that were wrong. One such makes the loss of all forecasts infinite. */
  readonly certainWrong: number
}

export const logLossOf = ({ forecast, outcome }: Sample): LogLoss => {
  let [sum, counted, certainRight, certainWrong] = [0, 0, 0, 0]
  for (let i = 0; i < forecast.length; i++) {
    const [p, y] = [at(forecast, i), at(outcome, i)]
    if (p > 0 && p < 1) {
      counted++
      sum -= y === 1 ? Math.log(p) : Math.log1p(-p)
    } else if (p === y) certainRight++
    else certainWrong++
  }
  return { mean: counted === 0 ? null : sum / counted, counted, certainRight, certainWrong }
}
