/**
 * Estimates of two coefficients and of means with standard errors that allow rows of one cluster to depend on each
 * other in any way (Liang and Zeger 1986). The estimate of the variance, CR1, is the sandwich
 * B⁻¹ (Σ_g s_g s_g′) B⁻¹ × G/(G−1) × (N−1)/(N−K) with G clusters, N rows, K coefficients and s_g the sum of the scores
 * of a cluster, which is what Stata's vce(cluster) and statsmodels' cov_type="cluster" give for least squares.
 */
import { at, type Sample, sumByCluster } from "./sample.ts"

export interface Estimate {
  readonly value: number
  readonly standardError: number
}

/** The symmetric matrix [[a, b], [b, c]]. */
export interface Symmetric {
  readonly a: number
  readonly b: number
  readonly c: number
}

const inverse = ({ a, b, c }: Symmetric): Symmetric => {
  const determinant = a * c - b * b
  return { a: c / determinant, b: -b / determinant, c: a / determinant }
}

/** Returns the factor for small samples, NaN if there is one cluster only or no more rows than coefficients. */
export const smallSample = (clusters: number, rows: number, coefficients: number): number =>
  clusters < 2 || rows <= coefficients
    ? Number.NaN
    : (clusters / (clusters - 1)) * ((rows - 1) / (rows - coefficients))

/** Returns the standard errors of two coefficients from the information matrix and the scores of the rows. */
export const sandwich = (
  sample: Sample,
  information: Symmetric,
  scores: readonly [ArrayLike<number>, ArrayLike<number>]
): readonly [number, number] => {
  const { a, b, c } = inverse(information)
  const [first, second] = [sumByCluster(sample, scores[0]), sumByCluster(sample, scores[1])]
  let [variance0, variance1] = [0, 0]
  for (let g = 0; g < sample.clusters; g++) {
    variance0 += (a * at(first, g) + b * at(second, g)) ** 2
    variance1 += (b * at(first, g) + c * at(second, g)) ** 2
  }
  const factor = smallSample(sample.clusters, sample.forecast.length, 2)
  return [Math.sqrt(variance0 * factor), Math.sqrt(variance1 * factor)]
}

export interface FittedLine {
  readonly intercept: Estimate
  readonly slope: Estimate
}

/** Fits y = intercept + slope × x by least squares; null if all x are equal. */
export const leastSquares = (
  sample: Sample,
  x: ArrayLike<number>,
  y: ArrayLike<number>
): FittedLine | null => {
  const n = x.length
  let [sumX, sumY, same] = [0, 0, true]
  for (let i = 0; i < n; i++) {
    if (at(x, i) !== x[0]) same = false
    sumX += at(x, i)
    sumY += at(y, i)
  }
  // The rounded mean of equal numbers may differ from them, so that their spread would not be 0.
  if (same) return null
  const [meanX, meanY] = [sumX / n, sumY / n]
  let [xx, xy] = [0, 0]
  for (let i = 0; i < n; i++) {
    const deviation = at(x, i) - meanX
    xx += deviation * deviation
    xy += deviation * (at(y, i) - meanY)
  }
  const slope = xy / xx
  const intercept = meanY - slope * meanX
  const residual = Float64Array.from(y, (value, i) => value - intercept - slope * at(x, i))
  const bySlope = residual.map((value, i) => value * at(x, i))
  const information = { a: n, b: sumX, c: xx + n * meanX * meanX }
  const [errorOfIntercept, errorOfSlope] = sandwich(sample, information, [residual, bySlope])
  return {
    intercept: { value: intercept, standardError: errorOfIntercept },
    slope: { value: slope, standardError: errorOfSlope }
  }
}

/** Returns the mean of the values, with the standard error over clusters. */
export const clusteredMean = (sample: Sample, values: Float64Array): Estimate => {
  const n = values.length
  let sum = 0
  for (let i = 0; i < n; i++) sum += at(values, i)
  const value = sum / n
  const sums = sumByCluster(sample, values)
  const sizes = clusterSizes(sample)
  let squares = 0
  for (let g = 0; g < sample.clusters; g++) squares += (at(sums, g) - value * at(sizes, g)) ** 2
  return { value, standardError: Math.sqrt(squares * smallSample(sample.clusters, n, 1)) / n }
}

const clusterSizes = ({ cluster, clusters }: Sample): Float64Array => {
  const sizes = new Float64Array(clusters)
  for (const number of cluster) sizes[number] = at(sizes, number) + 1
  return sizes
}

/** The least effective number of clusters from which errors are clustered: with fewer they come out too small. */
export const EFFECTIVE_CLUSTERS_MIN = 30

/**
 * The least effective number of clusters that are expected to come true, and not to, from which the error of a share or
 * of a return is estimated. Without it, an error follows from outcomes that are nearly all alike, and comes out near 0.
 */
export const EFFECTIVE_OUTCOMES_MIN = 20

/**
 * Returns the effective number of clusters that are expected to come true, or not to, whichever is less:
 * (Σ s_g)² / Σ n_g s_g, where s_g is the sum of a cluster's forecasts of it and n_g the number of its rows. For clusters
 * of one row and one forecast p it is the number of clusters times p.
 */
export const effectiveOutcomes = (sample: Sample): number => {
  const sizes = clusterSizes(sample)
  const yes = sumByCluster(sample, sample.forecast)
  const effective = (sums: Float64Array): number =>
    sums.reduce((sum, one) => sum + one, 0) ** 2 /
    sums.reduce((sum, one, cluster) => sum + one * at(sizes, cluster), 0)
  return Math.min(effective(yes), effective(sizes.map((size, cluster) => size - at(yes, cluster))))
}

/** Tells whether a share of rows that come true has an error that can be trusted. */
export const hasEnoughOutcomes = (sample: Sample): boolean =>
  effectiveClusters(sample) >= EFFECTIVE_CLUSTERS_MIN && effectiveOutcomes(sample) >= EFFECTIVE_OUTCOMES_MIN

/**
 * Returns Kish's effective number of clusters, (Σ n_g)² / Σ n_g²: the number of clusters of equal size that would
 * weigh as much. It is the number of clusters if all have the same number of rows.
 */
export const effectiveClusters = (sample: Sample): number => {
  const sizes = clusterSizes(sample)
  const rows = sizes.reduce((sum, size) => sum + size, 0)
  return rows ** 2 / sizes.reduce((sum, size) => sum + size * size, 0)
}
