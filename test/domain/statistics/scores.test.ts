/** The scores of forecasts and their parts, against published figures, identities, and results worked out by hand. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import {
  clusteredMean,
  effectiveClusters,
  effectiveOutcomes,
  hasEnoughOutcomes,
  leastSquares
} from "../../../src/domain/statistics/clustered.ts"
import { corpOf } from "../../../src/domain/statistics/corp.ts"
import { isotonic, levelsOf, positionsOf } from "../../../src/domain/statistics/isotonic.ts"
import { logLossOf } from "../../../src/domain/statistics/log-loss.ts"
import { binsOf, murphyOf } from "../../../src/domain/statistics/murphy.ts"
import { seeded } from "../../../src/domain/statistics/random.ts"
import { recalibrationOf } from "../../../src/domain/statistics/recalibration.ts"
import { type Row, sampleOf } from "../../../src/domain/statistics/sample.ts"

/** Published data and figures, kept beside the checkout and not in it. */
const published = join(fileURLToPath(new URL("../../../..", import.meta.url)), "shared", "data")
const PRECIPITATION = join(published, "precip_Niamey_2016.csv")

const parts = (sum: number, ...terms: ReadonlyArray<number>) =>
  assert.closeTo(
    terms.reduce((all, term) => all + term, 0),
    sum,
    1e-12
  )

const randomRows = (seed: number, n: number): ReadonlyArray<Row> => {
  const random = seeded(seed)
  return Array.from({ length: n }, (_, i) => {
    const forecast = Math.round(random() * 100) / 100
    return { forecast, outcome: random() < forecast ? 1 : 0, cluster: `e${Math.floor(i / 3)}` }
  })
}

describe("CORP", () => {
  it.skipIf(!existsSync(PRECIPITATION))(
    "gives the published parts of the forecasts of rain in Niamey",
    () => {
      const [head = "", ...lines] = readFileSync(PRECIPITATION, "utf8").trim().split(/\r?\n/)
      const names = head.split(",")
      const rows = lines.map((line) => line.split(",").map(Number))
      assert.strictEqual(rows.length, 92)
      const targets: Readonly<Record<string, number | object>> = JSON.parse(
        readFileSync(join(published, "targets.json"), "utf8")
      ).corp_reliabilitydiag
      for (const method of ["EMOS", "Logistic", "ENS", "EPC"]) {
        const sample = sampleOf(
          rows.map((row, n) => ({
            forecast: row[names.indexOf(method)] ?? Number.NaN,
            outcome: row[names.indexOf("obs")] === 1 ? 1 : 0,
            cluster: String(n)
          }))
        )
        const { discrimination, miscalibration, score, uncertainty } = corpOf(levelsOf(sample))
        const found = { S: score, MCB: miscalibration, DSC: discrimination, UNC: uncertainty }
        const expected = Object.assign({ UNC: targets.UNC }, targets[method])
        const six = Object.fromEntries(Object.entries(found).map(([key, value]) => [key, +value.toFixed(6)]))
        assert.deepEqual<unknown>(six, expected, method)
        parts(score, miscalibration, -discrimination, uncertainty)
      }
    }
  )

  it("pools ties and violators, by weight", () => {
    assert.deepStrictEqual([...isotonic([1, 0, 2], [1, 1, 2])], [0.5, 0.5, 1])
    assert.deepStrictEqual([...isotonic([3, 0], [3, 1])], [0.75, 0.75])
    // A place without weight has no say, and takes a value that keeps the order.
    assert.deepStrictEqual([...isotonic([0, 1, 0], [0, 2, 0])], [0.5, 0.5, 0.5])
    const tied = sampleOf([
      { forecast: 0.4, outcome: 1, cluster: "a" },
      { forecast: 0.4, outcome: 0, cluster: "b" },
      { forecast: 0.1, outcome: 0, cluster: "c" }
    ])
    const { recalibrated } = corpOf(levelsOf(tied))
    assert.deepStrictEqual([...recalibrated], [0, 0.5])
  })

  it("has no miscalibration where each price came true as often as it says", () => {
    const rows: ReadonlyArray<Row> = [0.2, 0.6].flatMap((forecast) =>
      Array.from({ length: 5 }, (_, n) => ({ forecast, outcome: n < forecast * 5 ? 1 : 0, cluster: `${n}` }))
    )
    assert.closeTo(corpOf(levelsOf(sampleOf(rows))).miscalibration, 0, 1e-15)
  })

  it("represents a long curve by a level of each part of the scale", () => {
    const levels = levelsOf(sampleOf(randomRows(3, 4000)))
    assert.strictEqual(levels.forecast.length, 101)
    assert.strictEqual(positionsOf(levels, 101).length, 101)
    const few = positionsOf(levels, 10)
    assert.strictEqual(few.length, 10)
    for (const level of few) {
      const rival = Math.min(100, Math.floor(level / 10) * 10 + 5)
      assert.isAtLeast(levels.count[level] ?? 0, levels.count[rival] ?? 0)
    }
  })
})

describe("Murphy's parts", () => {
  it("add up to the score with the two terms within bins, and not without", () => {
    for (const seed of [1, 2, 3]) {
      const sample = sampleOf(randomRows(seed, 500))
      const murphy = murphyOf(sample, binsOf(sample, 10))
      const { reliability, resolution, score, uncertainty, withinCovariance, withinVariance } = murphy
      parts(score, reliability, -resolution, uncertainty, withinVariance, -withinCovariance)
      assert.isAbove(Math.abs(score - (reliability - resolution + uncertainty)), 1e-4)
      parts(score, corpOf(levelsOf(sample)).score)
    }
  })

  it("need no term within bins if each bin has one forecast", () => {
    const sample = sampleOf(
      randomRows(4, 300).map((row) => ({ ...row, forecast: Math.round(row.forecast * 10) / 10 }))
    )
    const { withinCovariance, withinVariance } = murphyOf(sample, binsOf(sample, 11))
    assert.closeTo(withinVariance, 0, 1e-15)
    assert.closeTo(withinCovariance, 0, 1e-15)
  })

  it("count a price at the border of two bins to the upper one, and 1 to the last", () => {
    const sample = sampleOf(
      [0, 0.29, 0.3, 0.57, 0.58, 1].map((forecast) => ({ forecast, outcome: 0, cluster: "a" }))
    )
    assert.deepStrictEqual([...binsOf(sample, 100).ofRow], [0, 29, 30, 57, 58, 99])
  })
})

describe("log loss", () => {
  it("counts forecasts of 0 and 1 apart, and never makes up a loss for them", () => {
    const sample = sampleOf([
      { forecast: 0.25, outcome: 1, cluster: "a" },
      { forecast: 0.5, outcome: 0, cluster: "b" },
      { forecast: 0, outcome: 0, cluster: "c" },
      { forecast: 1, outcome: 0, cluster: "d" }
    ])
    const { mean, ...counts } = logLossOf(sample)
    assert.closeTo(mean ?? Number.NaN, (Math.log(4) + Math.log(2)) / 2, 1e-15)
    assert.deepStrictEqual(counts, { counted: 2, certainRight: 1, certainWrong: 1 })
    assert.isNull(logLossOf(sampleOf([{ forecast: 1, outcome: 1, cluster: "a" }])).mean)
  })
})

describe("clustered estimates", () => {
  it("give a line's coefficients and CR1 errors as worked out by hand", () => {
    // x = 0, 1, 2, 3 and y = 1, 2, 2, 4: intercept .9, slope .9, residuals .1, .2, −.7, .4 in clusters of two.
    // The bread is [[.7, −.3], [−.3, .2]]; the scores of the clusters are (.3, .2) and (−.3, −.2); the factor is
    // 2/1 × 3/2 = 3. Hence the variances: 3 × 2 × (.21 − .06)² = .135, and 3 × 2 × (−.09 + .04)² = .015.
    const sample = sampleOf(
      [0, 1, 2, 3].map((n) => ({ forecast: n, outcome: 0, cluster: n < 2 ? "a" : "b" }))
    )
    const line = leastSquares(sample, sample.forecast, [1, 2, 2, 4])
    assert.closeTo(line?.intercept.value ?? Number.NaN, 0.9, 1e-12)
    assert.closeTo(line?.slope.value ?? Number.NaN, 0.9, 1e-12)
    assert.closeTo(line?.intercept.standardError ?? Number.NaN, Math.sqrt(0.135), 1e-12)
    assert.closeTo(line?.slope.standardError ?? Number.NaN, Math.sqrt(0.015), 1e-12)
    assert.isNull(leastSquares(sample, [5, 5, 5, 5], [1, 2, 2, 4]))
  })

  it("give no line if all prices are the same, also where the mean of them is another number", () => {
    const price = 100 * 0.07
    const prices = Array.from({ length: 40 }, () => price)
    assert.notStrictEqual(prices.reduce((sum, one) => sum + one, 0) / 40, price)
    const sample = sampleOf(prices.map((_, n) => ({ forecast: 0.07, outcome: 0, cluster: `${n}` })))
    assert.isNull(
      leastSquares(
        sample,
        prices,
        prices.map((_, n) => n % 9)
      )
    )
  })

  it("stay if each row is copied within its cluster, and shrink if the copies are clusters of their own", () => {
    const rows = randomRows(7, 300)
    const errorOf = (list: ReadonlyArray<Row>) => {
      const sample = sampleOf(list)
      return clusteredMean(sample, sample.outcome).standardError
    }
    assert.closeTo(errorOf([...rows, ...rows]) / errorOf(rows), 1, 1e-9)
    const alone = rows.map((row, n) => ({ ...row, cluster: `${n}` }))
    assert.isBelow(
      errorOf([...alone, ...alone.map((row) => ({ ...row, cluster: `${row.cluster}'` }))]),
      0.72 * errorOf(alone)
    )
  })

  it("have no error from one cluster, and say how many clusters weigh", () => {
    const one = sampleOf(randomRows(7, 3))
    assert.isNaN(clusteredMean(one, one.outcome).standardError)
    assert.strictEqual(effectiveClusters(one), 1)
    const sizes = ["a", "a", "a", "b"].map((cluster) => ({ forecast: 0.5, outcome: 0 as const, cluster }))
    assert.closeTo(effectiveClusters(sampleOf(sizes)), 16 / 10, 1e-12)
    // The forecasts of a's three rows add up to 1.5, of b's to 0.5: (1.5 + 0.5)² / (3 · 1.5 + 1 · 0.5).
    assert.closeTo(effectiveOutcomes(sampleOf(sizes)), 4 / 5, 1e-12)
  })

  it("have no error where few clusters are expected to come true, or not to", () => {
    const shots = (forecast: number, n: number) =>
      sampleOf(Array.from({ length: n }, (_, i) => ({ forecast, outcome: 0 as const, cluster: `${i}` })))
    assert.closeTo(effectiveOutcomes(shots(0.02, 500)), 10, 1e-9)
    assert.closeTo(effectiveOutcomes(shots(0.98, 500)), 10, 1e-9)
    assert.isFalse(hasEnoughOutcomes(shots(0.02, 500)))
    assert.isTrue(hasEnoughOutcomes(shots(0.02, 1001)))
    assert.isFalse(hasEnoughOutcomes(shots(0, 500)), "nothing is expected of a price of 0")
    assert.isFalse(hasEnoughOutcomes(shots(0.5, 29)))
  })
})

describe("recalibration", () => {
  it("finds the slope and the intercept by which prices were distorted", () => {
    const random = seeded(11)
    const rows: ReadonlyArray<Row> = Array.from({ length: 40_000 }, (_, n) => {
      const forecast = 0.02 + 0.96 * random()
      const z = 0.2 + 1.3 * (Math.log(forecast) - Math.log1p(-forecast))
      return { forecast, outcome: random() < 1 / (1 + Math.exp(-z)) ? 1 : 0, cluster: `${n}` }
    })
    const found = recalibrationOf(sampleOf([...rows, { forecast: 1, outcome: 1, cluster: "certain" }]))
    assert.strictEqual(found.kind, "fitted")
    if (found.kind !== "fitted") return
    const { intercept, slope } = found.line
    assert.isBelow(Math.abs(slope.value - 1.3), 2 * slope.standardError)
    assert.isBelow(Math.abs(intercept.value - 0.2), 2 * intercept.standardError)
    assert.isBelow(slope.standardError, 0.02)
    assert.closeTo(found.effectiveClusters, 40_000, 1e-6)
  })

  it("says why there is no fit", () => {
    const reasonOf = (rows: ReadonlyArray<readonly [number, 0 | 1]>) => {
      const found = recalibrationOf(
        sampleOf(rows.map(([forecast, outcome], n) => ({ forecast, outcome, cluster: `${n}` })))
      )
      return found.kind === "none" ? found.why : found.kind
    }
    assert.match(
      reasonOf([
        [0.3, 0],
        [0.6, 0]
      ]),
      /outcomes/
    )
    assert.match(
      reasonOf([
        [0.3, 0],
        [0.3, 1]
      ]),
      /forecasts/
    )
    assert.match(
      reasonOf([
        [0.1, 0],
        [0.2, 0],
        [0.7, 1],
        [0.8, 1]
      ]),
      /converge/
    )
    assert.match(reasonOf([]), /outcomes/)
  })
})
