/**
 * Consistency bands: where the reliability curve would lie if every forecast were the probability of its outcome. The
 * forecasts are kept, and the outcomes of whole clusters (events) are drawn anew from them, as in CORP but for the
 * dependence within an event. The curve of calibrated forecasts is inside the band at a position with at least the
 * stated probability, whatever the number of rows there, also where none or all of them come true. Confidence bands
 * from clusters drawn with replacement do not have this property: at the ends of the scale they collapse.
 */
import { corpOf } from "./corp.ts"
import type { Levels } from "./isotonic.ts"
import type { Random } from "./random.ts"
import { at, type Sample } from "./sample.ts"

/**
 * How the outcome of a row depends on the others of its cluster. Rows that share a number of their cluster come true
 * as `exclusive` if the number falls into the row's own part of the scale, so that exactly one comes true if their
 * forecasts add up to 1; as `above` or `below` if the number is beyond the row's threshold, so that thresholds are
 * nested. Outcomes of `alone` are drawn by themselves. In each case a row comes true with the probability that it
 * states.
 */
export const RELATION = { alone: 0, exclusive: 1, above: 2, below: 3 } as const

export type Relation = (typeof RELATION)[keyof typeof RELATION]

export interface Consistency {
  readonly resamples: number
  /** The band at each position. */
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** The share of resamples with at least the observed miscalibration: a p value of "all forecasts are calibrated". */
  readonly pValue: number
}

/** Returns the rows of each cluster, one cluster after another, and where each cluster begins. */
const byCluster = ({ cluster, clusters }: Sample) => {
  const begins = new Int32Array(clusters + 1)
  for (const number of cluster) begins[number + 1] = at(begins, number + 1) + 1
  for (let g = 0; g < clusters; g++) begins[g + 1] = at(begins, g + 1) + at(begins, g)
  const free = begins.slice()
  const rows = new Int32Array(cluster.length)
  for (const [row, number] of cluster.entries()) {
    rows[at(free, number)] = row
    free[number] = at(free, number) + 1
  }
  return { begins, rows }
}

/** Returns a function that draws the outcomes of all rows and counts those of each level that come true. */
const drawing = (sample: Sample, relation: Uint8Array, levels: Levels, random: Random) => {
  const { begins, rows } = byCluster(sample)
  const forecast = Float64Array.from(rows, (row) => at(sample.forecast, row))
  const related = Uint8Array.from(rows, (row) => at(relation, row))
  const level = Int32Array.from(rows, (row) => at(levels.ofRow, row))
  const comesTrue = (i: number, shared: number, from: number): boolean => {
    const p = at(forecast, i)
    switch (at(related, i)) {
      case RELATION.exclusive:
        return Math.floor(from + p - shared) > Math.floor(from - shared)
      case RELATION.above:
        return shared < p
      case RELATION.below:
        return shared >= 1 - p
      default:
        return random() < p
    }
  }
  return (won: Float64Array): void => {
    won.fill(0)
    for (let g = 0; g < sample.clusters; g++) {
      const shared = random()
      let from = 0
      for (let i = at(begins, g); i < at(begins, g + 1); i++) {
        if (comesTrue(i, shared, from)) won[at(level, i)] = at(won, at(level, i)) + 1
        if (at(related, i) === RELATION.exclusive) from += at(forecast, i)
      }
    }
  }
}

/**
 * Returns the ends of an interval that holds at least `coverage` of the values, with equal tails where the values
 * allow it. Many values may be equal, such as 0 for long shots; a tail that has fewer values than its share leaves the
 * rest to the other tail.
 */
export const interval = (ascending: Float64Array, coverage: number): readonly [number, number] => {
  const last = ascending.length - 1
  // The product is rounded because (1 − 0.9) × 100 is 9.999999999999998.
  const tail = Math.floor(Math.round(((1 - coverage) / 2) * ascending.length * 1e6) / 1e6)
  const lower = at(ascending, tail)
  const upper = at(ascending, last - tail)
  const below = ascending.indexOf(lower)
  const above = last - ascending.lastIndexOf(upper)
  if (below < tail && below <= above) return [lower, at(ascending, last - 2 * tail + below)]
  if (above < tail) return [at(ascending, 2 * tail - above), upper]
  return [lower, upper]
}

const ROUNDING = 1e-12

/** Draws `resamples` times, and returns the band of the recalibrated value at each of the levels `positions`. */
export const consistencyOf = (
  sample: Sample,
  levels: Levels,
  options: {
    readonly relation: Uint8Array
    readonly positions: ReadonlyArray<number>
    /** The probability with which a calibrated curve is inside the band at one position. */
    readonly coverage: number
    readonly resamples: number
    readonly random: Random
  }
): Consistency => {
  const { coverage, positions, random, relation, resamples } = options
  // Draws that are as far off differ from the observed score by rounding, because their sums have another order.
  const observed = corpOf(levels).miscalibration - ROUNDING
  const draw = drawing(sample, relation, levels, random)
  const won = new Float64Array(levels.count.length)
  const values = positions.map(() => new Float64Array(resamples))
  let asLarge = 0
  for (let n = 0; n < resamples; n++) {
    draw(won)
    const { miscalibration, recalibrated } = corpOf({ ...levels, won })
    if (miscalibration >= observed) asLarge++
    for (const [place, level] of positions.entries()) {
      const column = values[place]
      if (column !== undefined) column[n] = at(recalibrated, level)
    }
  }
  const ends = values.map((column) => interval(column.sort(), coverage))
  return {
    resamples,
    lower: Float64Array.from(ends, ([lower]) => lower),
    upper: Float64Array.from(ends, ([, upper]) => upper),
    // The observed sample counts as one of the draws, so that no p value is 0 (Davison and Hinkley 1997).
    pValue: (asLarge + 1) / (resamples + 1)
  }
}
