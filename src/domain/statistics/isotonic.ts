/**
 * Isotonic regression: the non-decreasing values that are nearest to the given ones by weighted squares, by pooling
 * adjacent violators (Ayer et al. 1955).
 */
import { at, type Sample } from "./sample.ts"

/** The distinct forecasts of a sample in ascending order. Equal forecasts are one level. */
export interface Levels {
  readonly forecast: Float64Array
  /** The number of rows of each level. */
  readonly count: Float64Array
  /** The number of rows of each level that came true. */
  readonly won: Float64Array
  /** The level of each row of the sample. */
  readonly ofRow: Int32Array
}

export const levelsOf = ({ forecast, outcome }: Sample): Levels => {
  const distinct = Float64Array.from(new Set(forecast)).sort()
  const numbers = new Map<number, number>()
  for (const [number, value] of distinct.entries()) numbers.set(value, number)
  const count = new Float64Array(distinct.length)
  const won = new Float64Array(distinct.length)
  const ofRow = new Int32Array(forecast.length)
  for (let i = 0; i < forecast.length; i++) {
    const level = numbers.get(at(forecast, i))
    if (level === undefined) throw new RangeError(`the forecast ${at(forecast, i)} is not a number`)
    ofRow[i] = level
    count[level] = at(count, level) + 1
    won[level] = at(won, level) + at(outcome, i)
  }
  return { forecast: distinct, count, won, ofRow }
}

/**
 * Returns the values that never decrease and have the least sum of weight × squared distance to sum / weight. A place
 * of weight 0 takes the value of the place before it, or of the first that has a weight.
 */
export const isotonic = (sums: ArrayLike<number>, weights: ArrayLike<number>): Float64Array => {
  const size = sums.length
  const blockSum = new Float64Array(size)
  const blockWeight = new Float64Array(size)
  const blockEnd = new Int32Array(size)
  let blocks = 0
  for (let i = 0; i < size; i++) {
    let sum = at(sums, i)
    let weight = at(weights, i)
    // The comparison of means is made without a division: a block of weight 0 is always joined.
    while (blocks > 0 && at(blockSum, blocks - 1) * weight >= sum * at(blockWeight, blocks - 1)) {
      blocks--
      sum += at(blockSum, blocks)
      weight += at(blockWeight, blocks)
    }
    blockSum[blocks] = sum
    blockWeight[blocks] = weight
    blockEnd[blocks] = i + 1
    blocks++
  }
  const fitted = new Float64Array(size)
  for (let block = 0, i = 0; block < blocks; block++) {
    const value = at(blockSum, block) / at(blockWeight, block)
    while (i < at(blockEnd, block)) fitted[i++] = value
  }
  return fitted
}

/**
 * Returns at most `most` levels that represent the curve: all of them if they are few, otherwise of each of `most`
 * equal parts of the scale the level with the most rows.
 */
export const positionsOf = ({ count, forecast }: Levels, most: number): ReadonlyArray<number> => {
  if (forecast.length <= most) return Array.from(forecast.keys())
  const chosen = new Map<number, number>()
  for (const [level, value] of forecast.entries()) {
    const part = Math.min(most - 1, Math.floor(value * most))
    const before = chosen.get(part)
    if (before === undefined || at(count, level) > at(count, before)) chosen.set(part, level)
  }
  return [...chosen.values()]
}
