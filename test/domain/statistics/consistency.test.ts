/** The consistency bands: their draws, and how often they hold the curve of prices that are known to be right. */
import { assert, describe, it } from "@effect/vitest"
import { leastSquares } from "../../../src/domain/statistics/clustered.ts"
import { consistencyOf, interval, RELATION } from "../../../src/domain/statistics/consistency.ts"
import { corpOf } from "../../../src/domain/statistics/corp.ts"
import { levelsOf, positionsOf } from "../../../src/domain/statistics/isotonic.ts"
import { seeded } from "../../../src/domain/statistics/random.ts"
import { sampleOf } from "../../../src/domain/statistics/sample.ts"
import { between, biasedSample, type UniverseSample, universeSample } from "./universe-sample.ts"

const bandsOf = ({ relation, sample }: UniverseSample, resamples = 400, coverage = 0.9) => {
  const levels = levelsOf(sample)
  const positions = positionsOf(levels, 101)
  const found = consistencyOf(sample, levels, { relation, positions, coverage, resamples, random: seeded(1) })
  return { ...found, levels, positions, curve: corpOf(levels).recalibrated }
}

/** Returns events of `size` rows at one price with the same relation. */
const alike = (events: number, size: number, forecast: number, relation: number): UniverseSample => ({
  sample: sampleOf(
    Array.from({ length: events * size }, (_, n) => ({
      forecast,
      outcome: n % 2 === 0 ? 1 : 0,
      cluster: `${Math.floor(n / size)}`
    }))
  ),
  relation: new Uint8Array(events * size).fill(relation)
})

const width = ({ lower, upper }: { readonly lower: Float64Array; readonly upper: Float64Array }) =>
  (upper[0] ?? Number.NaN) - (lower[0] ?? Number.NaN)

describe("draws", () => {
  it("give an exclusive event exactly one winner if its prices add up to a dollar", () => {
    const { lower, upper } = bandsOf(alike(50, 4, 0.25, RELATION.exclusive))
    assert.deepStrictEqual([lower[0], upper[0]], [0.25, 0.25])
  })

  it("let markets of thresholds come true together, as one market that counts many times", () => {
    const single = width(bandsOf(alike(50, 1, 0.3, RELATION.alone), 2000))
    const nested = width(bandsOf(alike(50, 9, 0.3, RELATION.above), 2000))
    const alone = width(bandsOf(alike(50, 9, 0.3, RELATION.alone), 2000))
    assert.closeTo(nested / single, 1, 0.1)
    assert.closeTo(alone / single, 1 / 3, 0.05)
    assert.closeTo(width(bandsOf(alike(50, 9, 0.3, RELATION.below), 2000)) / single, 1, 0.1)
  })

  it("have the binomial distribution for independent markets", () => {
    // Of Binomial(50, .3), 5 % are at most 9 and 5 % are at least 21; the interval holds at least 90 %.
    const { lower, upper } = bandsOf(alike(50, 1, 0.3, RELATION.alone), 4000)
    assert.deepStrictEqual([lower[0], upper[0]], [0.2, 0.4])
  })

  it("are the same for the same seed", () => {
    const universe = universeSample(5, 60)
    assert.deepStrictEqual(bandsOf(universe, 50), bandsOf(universe, 50))
  })

  it("count as far off also if their score differs by rounding only", () => {
    // With 32 and 68 cents, NO and NO (21.76 %) is as far off as YES and YES (21.76 %), and nothing is further off.
    for (const outcome of [0, 1] as const) {
      const rows = [0.32, 0.68].map((forecast) => ({ forecast, outcome, cluster: `${forecast}` }))
      const { pValue } = bandsOf({ sample: sampleOf(rows), relation: new Uint8Array(2) }, 4000)
      assert.closeTo(pValue, 0.4352, 0.03)
    }
  })

  it("leave the share of a tail without values to the other tail", () => {
    const zeros = Float64Array.from({ length: 100 }, (_, n) => (n < 50 ? 0 : n))
    assert.deepStrictEqual(interval(zeros, 0.9), [0, 89])
    assert.deepStrictEqual(interval(zeros.map((value) => -value).sort(), 0.9), [-89, -0])
    const even = Float64Array.from({ length: 100 }, (_, n) => n)
    assert.deepStrictEqual(interval(even, 0.9), [5, 94])
  })
})

describe("bands over seeded universes", () => {
  it("hold the curve of calibrated prices as often as they state", () => {
    let [inside, places, small] = [0, 0, 0]
    for (let seed = 1; seed <= 40; seed++) {
      const bands = bandsOf(universeSample(seed, 60), 100)
      for (const [place, level] of bands.positions.entries()) {
        const value = bands.curve[level] ?? Number.NaN
        places++
        if (value >= (bands.lower[place] ?? 1) - 1e-12 && value <= (bands.upper[place] ?? 0) + 1e-12) inside++
      }
      if (bands.pValue <= 0.1) small++
    }
    assert.isAtLeast(inside / places, 0.88)
    assert.isAtMost(inside / places, 0.95)
    assert.isAtMost(small, 8)
  })

  it("show prices that are wrong", () => {
    const biased = biasedSample(universeSample(1, 300), (p) => -0.6 * p * (1 - p), seeded(1))
    const bands = bandsOf(biased, 200)
    const outside = bands.positions.filter(
      (level, place) => (bands.curve[level] ?? 1) < (bands.lower[place] ?? 0)
    )
    assert.isAbove(outside.length, 10)
    assert.isBelow(bands.pValue, 0.01)
  })
})

describe("the regression of errors on prices", () => {
  it("finds the bias that was planted, within its error", () => {
    const [alpha, psi] = [-1.736, 0.034]
    let [hits, estimates] = [0, 0]
    for (let seed = 1; seed <= 25; seed++) {
      const prices = between(universeSample(seed, 300), 0.02, 0.98)
      const { sample } = biasedSample(prices, (p) => alpha / 100 + psi * p, seeded(seed))
      const cents = sample.forecast.map((p) => 100 * p)
      const line = leastSquares(
        sample,
        cents,
        sample.outcome.map((y, row) => 100 * y - (cents[row] ?? Number.NaN))
      )
      assert.isNotNull(line)
      if (line === null) return
      for (const [estimate, planted] of [
        [line.intercept, alpha],
        [line.slope, psi]
      ] as const) {
        estimates++
        if (Math.abs(estimate.value - planted) < 1.96 * estimate.standardError) hits++
      }
    }
    assert.isAtLeast(hits / estimates, 0.88)
  })
})
