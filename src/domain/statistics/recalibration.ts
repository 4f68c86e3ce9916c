/**
 * Logistic recalibration (Cox 1958): logit P(YES) = intercept + slope × logit(forecast). A calibrated forecast has
 * intercept 0 and slope 1; a slope above 1 means that prices are too near to the middle, which is the favourite–longshot
 * bias.
 */
import { effectiveClusters, type FittedLine, sandwich } from "./clustered.ts"
import { at, type Sample } from "./sample.ts"

export type Recalibration =
  | {
      readonly kind: "fitted"
      readonly line: FittedLine
      /** The effective number of clusters of the forecasts that have a logit. */
      readonly effectiveClusters: number
    }
  | { readonly kind: "none"; readonly why: string }

const STEPS_MAX = 50
const TOLERANCE = 1e-10

/** Returns the rows with forecasts above 0 and below 1. The others have no logit, and `logLossOf` counts them. */
const inside = (sample: Sample): Sample => {
  const { cluster, forecast, outcome } = sample
  if (forecast.every((p) => p > 0 && p < 1)) return sample
  const rows = Array.from(forecast.keys()).filter((i) => at(forecast, i) > 0 && at(forecast, i) < 1)
  const numbers = new Map<number, number>()
  const renumbered = Int32Array.from(rows, (i) => {
    const before = at(cluster, i)
    const number = numbers.get(before) ?? numbers.size
    numbers.set(before, number)
    return number
  })
  return {
    forecast: Float64Array.from(rows, (i) => at(forecast, i)),
    outcome: Float64Array.from(rows, (i) => at(outcome, i)),
    cluster: renumbered,
    clusters: numbers.size
  }
}

/** Fits the line by Newton's method, with halved steps where the likelihood would fall. */
export const recalibrationOf = (whole: Sample): Recalibration => {
  const sample = inside(whole)
  const n = sample.forecast.length
  const none = (why: string): Recalibration => ({ kind: "none", why })
  const x = sample.forecast.map((p) => Math.log(p) - Math.log1p(-p))
  const yes = sample.outcome.reduce((sum, y) => sum + y, 0)
  if (yes === 0 || yes === n) return none("all outcomes are the same")
  if (x.every((value) => value === x[0])) return none("all forecasts are the same")
  let [intercept, slope] = [0, 1]
  const likelihood = (a: number, b: number): number => {
    let sum = 0
    for (let i = 0; i < n; i++) {
      const z = a + b * at(x, i)
      // ln(1 + e^z) is z + ln(1 + e^-z), which does not overflow.
      sum +=
        (at(sample.outcome, i) === 1 ? z : 0) -
        (z > 0 ? z + Math.log1p(Math.exp(-z)) : Math.log1p(Math.exp(z)))
    }
    return sum
  }
  let reached = likelihood(intercept, slope)
  for (let step = 0; step < STEPS_MAX; step++) {
    let [score0, score1, a, b, c] = [0, 0, 0, 0, 0]
    const score = new Float64Array(n)
    for (let i = 0; i < n; i++) {
      const z = at(x, i)
      const p = 1 / (1 + Math.exp(-intercept - slope * z))
      const residual = at(sample.outcome, i) - p
      const weight = p * (1 - p)
      score[i] = residual
      score0 += residual
      score1 += residual * z
      a += weight
      b += weight * z
      c += weight * z * z
    }
    const determinant = a * c - b * b
    if (!(determinant > Number.EPSILON * a * c)) break
    const move0 = (c * score0 - b * score1) / determinant
    const move1 = (a * score1 - b * score0) / determinant
    if (Math.abs(move0) < TOLERANCE && Math.abs(move1) < TOLERANCE) {
      const [error0, error1] = sandwich(sample, { a, b, c }, [score, score.map((one, i) => one * at(x, i))])
      return {
        kind: "fitted",
        line: {
          intercept: { value: intercept, standardError: error0 },
          slope: { value: slope, standardError: error1 }
        },
        effectiveClusters: effectiveClusters(sample)
      }
    }
    let share = 1
    let next = likelihood(intercept + move0, slope + move1)
    while (next < reached - 1e-9 * Math.abs(reached) && share > 1e-6) {
      share /= 2
      next = likelihood(intercept + share * move0, slope + share * move1)
    }
    intercept += share * move0
    slope += share * move1
    reached = next
  }
  return none("the fit did not converge, as happens if one price separates YES from NO")
}
