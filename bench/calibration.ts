/**
 * Measures how often the bands and intervals of the calibration report are right:
 * `npx tsx bench/calibration.ts [universes, 500] [markets, 100]`. In each seeded universe of the local exchange, whose
 * prices are calibrated by design, it takes one price per market, and counts how often the reliability curve is inside
 * its consistency band, and how often the band from events drawn with replacement holds the truth. Then it plants a
 * bias in the outcomes, and counts how often the regression's interval holds it.
 */
import { leastSquares } from "../src/domain/statistics/clustered.ts"
import { consistencyOf, interval } from "../src/domain/statistics/consistency.ts"
import { corpOf } from "../src/domain/statistics/corp.ts"
import { isotonic, type Levels, levelsOf, positionsOf } from "../src/domain/statistics/isotonic.ts"
import { seeded } from "../src/domain/statistics/random.ts"
import { at, type Sample } from "../src/domain/statistics/sample.ts"
import { between, biasedSample, universeSample } from "../test/domain/statistics/universe-sample.ts"

const [universes = 500, markets = 100] = process.argv.slice(2).map(Number)
const COVERAGE = 0.9
const RESAMPLES = 500
const [ALPHA, PSI] = [-1.736, 0.034]
const TWO_SIDED_95 = 1.96
const BANDS = ["0-10", "10-30", "30-70", "70-90", "90-100"] as const

const bandOf = (forecast: number) =>
  BANDS[[0.1, 0.3, 0.7, 0.9].filter((end) => forecast >= end).length] ?? "90-100"

/** A share of cases, counted. */
class Share {
  #of = 0
  #hits = 0
  add(hit: boolean): void {
    this.#of++
    if (hit) this.#hits++
  }
  toString(): string {
    return `${((100 * this.#hits) / this.#of).toFixed(1)} % of ${this.#of.toLocaleString("en")}`
  }
}

const shares = new Map<string, Share>()
const tally = (what: string, hit: boolean): void => {
  const share = shares.get(what) ?? new Share()
  shares.set(what, share)
  share.add(hit)
}

/** Returns the intervals of the curve at the positions over samples of whole events drawn with replacement. */
const redrawn = (sample: Sample, levels: Levels, positions: ReadonlyArray<number>, seed: number) => {
  const random = seeded(seed)
  const values = positions.map(() => new Float64Array(RESAMPLES))
  for (let n = 0; n < RESAMPLES; n++) {
    const times = new Int32Array(sample.clusters)
    for (let g = 0; g < sample.clusters; g++) {
      const drawn = Math.floor(random() * sample.clusters)
      times[drawn] = at(times, drawn) + 1
    }
    const [won, count] = [new Float64Array(levels.count.length), new Float64Array(levels.count.length)]
    for (const [row, cluster] of sample.cluster.entries()) {
      const level = at(levels.ofRow, row)
      count[level] = at(count, level) + at(times, cluster)
      won[level] = at(won, level) + at(times, cluster) * at(sample.outcome, row)
    }
    const curve = isotonic(won, count)
    for (const [place, level] of positions.entries()) {
      const column = values[place]
      if (column !== undefined) column[n] = at(curve, level)
    }
  }
  return values.map((column) => interval(column.sort(), COVERAGE))
}

const inside = (value: number, lower: number, upper: number): boolean =>
  value >= lower - 1e-12 && value <= upper + 1e-12

let [rows, events] = [0, 0]
for (let seed = 1; seed <= universes; seed++) {
  const universe = universeSample(seed, markets)
  const { relation, sample } = universe
  rows += sample.forecast.length
  events += sample.clusters
  const levels = levelsOf(sample)
  const positions = positionsOf(levels, 101)
  const { recalibrated } = corpOf(levels)
  const random = seeded(seed)
  const bands = consistencyOf(sample, levels, {
    relation,
    positions,
    coverage: COVERAGE,
    resamples: RESAMPLES,
    random
  })
  const bootstrap = redrawn(sample, levels, positions, seed)
  for (const [place, level] of positions.entries()) {
    const forecast = at(levels.forecast, level)
    const consistent = inside(at(recalibrated, level), at(bands.lower, place), at(bands.upper, place))
    const [lower = Number.NaN, upper = Number.NaN] = bootstrap[place] ?? []
    tally("consistency band, all prices", consistent)
    tally(`consistency band, ${bandOf(forecast)} cents`, consistent)
    tally("band from events drawn with replacement, all prices", inside(forecast, lower, upper))
    tally(
      `band from events drawn with replacement, ${bandOf(forecast)} cents`,
      inside(forecast, lower, upper)
    )
  }
  tally("p value of calibrated prices at most 0.1", bands.pValue <= 0.1)
  tally("p value of calibrated prices at most 0.5", bands.pValue <= 0.5)

  const prices = between(universe, 0.02, 0.98)
  const biased = biasedSample(prices, (p) => ALPHA / 100 + PSI * p, random).sample
  const cents = biased.forecast.map((p) => 100 * p)
  const line = leastSquares(
    biased,
    cents,
    biased.outcome.map((y, row) => 100 * y - at(cents, row))
  )
  if (line === null) continue
  const { intercept, slope } = line
  tally("95 % interval of psi holds .034", Math.abs(slope.value - PSI) < TWO_SIDED_95 * slope.standardError)
  tally(
    "95 % interval of alpha holds -1.736",
    Math.abs(intercept.value - ALPHA) < TWO_SIDED_95 * intercept.standardError
  )
}
console.log(
  `${universes} universes, ${Math.round(rows / universes)} markets of ${Math.round(events / universes)} events each`
)
for (const [what, share] of [...shares].sort(([a], [b]) => (a < b ? -1 : 1))) console.log(`${what}: ${share}`)
