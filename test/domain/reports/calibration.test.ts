/** The sections of the calibration report, of a sample whose numbers are known. */
import { assert, describe, it } from "@effect/vitest"
import type { CalibrationOptions } from "../../../src/domain/reports/calibration/options.ts"
import { calibrationReport } from "../../../src/domain/reports/calibration/report.ts"
import type { CalibrationSample, PricedMarket } from "../../../src/domain/reports/calibration/sample.ts"
import type { Report, ReportTable } from "../../../src/domain/reports/document.ts"
import { NO_FILTERS } from "../../../src/domain/reports/filters.ts"
import { seeded } from "../../../src/domain/statistics/random.ts"

const OPTIONS: CalibrationOptions = {
  filters: NO_FILTERS,
  horizons: [3600, 86_400],
  before: "scheduled",
  price: "mid",
  maxAgeSeconds: 3600,
  seed: 7
}

const market = (fields: Partial<PricedMarket>): PricedMarket => ({
  horizon: 3600,
  event: "KX-1",
  relation: 0,
  category: "Politics",
  year: 2026,
  volume: 50,
  low: 30,
  high: 30,
  outcome: 0,
  ...fields
})

/** Returns markets at 20 and 80 cents, `yes` of ten of which end in YES, each in an event of its own. */
const tens = (yes: number, category: string, price: number): ReadonlyArray<PricedMarket> =>
  Array.from({ length: 40 }, (_, n) =>
    market({
      event: `${category}-${price}-${n}`,
      category,
      low: price,
      high: price,
      outcome: n % 10 < yes ? 1 : 0
    })
  )

const sample = (
  priced: ReadonlyArray<PricedMarket>,
  excluded: CalibrationSample["excluded"] = []
): CalibrationSample => ({
  priced,
  excluded,
  markets: 100,
  slots: { feed: "markets", due: 40, complete: 39 }
})

const made = (of: CalibrationSample, options: Partial<CalibrationOptions> = {}) =>
  calibrationReport(of, { ...OPTIONS, ...options }, { filters: [], source: {} })

const tableOf = (report: Report, section: string, nth = 0): ReportTable => {
  const table = report.sections.find(({ id }) => id === section)?.tables[nth]
  if (table === undefined) throw new Error(`there is no table ${nth} in ${section}`)
  return table
}

/** Returns a row as an object, by the names of its columns. */
const rowsOf = (report: Report, section: string, nth = 0) => {
  const { columns, rows } = tableOf(report, section, nth)
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])))
}

describe("the calibration report", () => {
  const fair = [...tens(2, "Crypto", 20), ...tens(8, "Politics", 80)]
  const shy = [...tens(1, "Crypto", 20), ...tens(9, "Politics", 80)]

  it("scores prices that came true and prices that did not", () => {
    const [right] = rowsOf(made(sample(fair)), "scores")
    assert.closeTo(Number(right?.mcb), 0, 1e-12)
    assert.closeTo(Number(right?.brier), 0.16, 1e-12)
    assert.closeTo(Number(right?.unc), 0.25, 1e-12)
    assert.strictEqual(right?.events, 80)
    const [wrong] = rowsOf(made(sample(shy)), "scores")
    // Of 20 cents a tenth and of 80 cents nine tenths came true: recalibration moves each by 0.1.
    assert.closeTo(Number(wrong?.mcb), 0.01, 1e-12)
    const [line] = rowsOf(made(sample(shy)), "bias")
    // The errors are −10 cents at 20 and +10 cents at 80.
    assert.closeTo(Number(line?.psi), 20 / 60, 1e-12)
    assert.closeTo(Number(line?.alpha), -10 - (20 * 20) / 60, 1e-12)
    const [, , recalibrated] = [0, 1, 2].map((nth) => rowsOf(made(sample(shy)), "scores", nth)[0])
    assert.closeTo(Number(recalibrated?.slope), Math.log(9) / Math.log(4), 1e-9)
    const murphy = rowsOf(made(sample(shy)), "scores", 1)[0]
    const { brier, rel, res, unc, wbc, wbv } = murphy ?? {}
    assert.closeTo(Number(brier), Number(rel) - Number(res) + Number(unc) + Number(wbv) - Number(wbc), 1e-12)
  })

  it("counts every market of the population once for each horizon", () => {
    const report = made(
      sample(
        [...fair, market({ horizon: 86_400 })],
        [
          { horizon: 3600, reason: "scalar", count: 20 },
          { horizon: 86_400, reason: "scalar", count: 20 },
          { horizon: 86_400, reason: "gap", count: 79 }
        ]
      )
    )
    const excluded = report.exclusions.reduce((sum, { count }) => sum + count, 0)
    assert.strictEqual(report.included + excluded, report.population)
    assert.strictEqual(report.population, 200)
    assert.deepStrictEqual(tableOf(report, "counted").rows, [
      ["with a price", 80, 1],
      ["settled at a fraction of a dollar (scalar)", 20, 20],
      ["in a gap: a slot was due, and none was recorded", 0, 79],
      ["all that the filters select", 100, 100]
    ])
    assert.isTrue(report.notes.some((note) => note.includes("97.5 % were recorded")))
  })

  it("gives no error and no verdict from few events, however many markets they have", () => {
    const one = Array.from({ length: 200 }, (_, n) =>
      market({ event: `KX-${n % 20}`, low: (n % 9) * 10 + 5, outcome: n % 3 === 0 ? 1 : 0 })
    )
    const report = made(sample(one))
    const [line] = rowsOf(report, "bias")
    assert.isNumber(line?.psi)
    assert.isNull(line?.psi_standard_error)
    assert.isNull(rowsOf(report, "scores")[0]?.brier_standard_error)
    assert.match(report.sections.find(({ id }) => id === "bias")?.finding ?? "", /too few events/)
  })

  it("gives an error of a bin if events of both outcomes are expected in it", () => {
    // Of 40 events at 20 cents, 8 are expected to end in YES; of 120, 24 are.
    const [few] = rowsOf(made(sample(fair)), "reliability")
    assert.deepStrictEqual([few?.events, few?.standard_error], [40, null])
    const many = ["A", "B", "C"].flatMap((category) => tens(2, category, 20))
    const [enough] = rowsOf(made(sample(many)), "reliability")
    assert.strictEqual(enough?.events, 120)
    assert.closeTo(Number(enough?.standard_error), Math.sqrt((0.2 * 0.8) / 119), 1e-12)
  })

  it("gives no error of a recalibration from few events with a price between the ends", () => {
    // A bid of 0 is a forecast without a logit: of 80 events, 20 are left.
    const quotes = fair.map((one, n) => ({ ...one, low: n % 4 === 0 ? one.low : 0, high: one.high }))
    const [bid, ask] = rowsOf(made(sample(quotes), { price: "bid-ask" }), "scores", 2)
    assert.deepStrictEqual([bid?.certain_right, bid?.certain_wrong], [30, 30])
    assert.isNumber(bid?.slope)
    assert.isNull(bid?.slope_standard_error)
    assert.isNumber(ask?.slope_standard_error)
  })

  it("has strata and bins that add up to the whole at each horizon", () => {
    const random = seeded(3)
    const whole = (below: number) => Math.floor(below * random())
    const many = Array.from({ length: 700 }, (_, n) =>
      market({
        horizon: OPTIONS.horizons[whole(2)] ?? 3600,
        event: `KX-${whole(90)}`,
        category: [null, "Crypto", "Sports"][whole(3)] ?? null,
        year: 2024 + whole(3),
        volume: [null, 0, 0.01, 10 ** whole(7), 9.99][whole(5)] ?? null,
        low: whole(101),
        outcome: n % 3 === 0 ? 1 : 0
      })
    )
    const report = made(sample(many))
    const sums = (section: string, nth: number) => {
      const counts: Record<string, number> = {}
      for (const { horizon, markets } of rowsOf(report, section, nth))
        counts[String(horizon)] = (counts[String(horizon)] ?? 0) + Number(markets)
      return counts
    }
    const wholes = sums("scores", 0)
    assert.deepStrictEqual(Object.keys(wholes), ["1h", "1d"])
    assert.strictEqual((wholes["1h"] ?? 0) + (wholes["1d"] ?? 0), 700)
    for (const nth of [0, 1, 2]) assert.deepEqual(sums("strata", nth), wholes)
    for (const nth of [0, 1]) assert.deepEqual(sums("reliability", nth), wholes)
  })

  it("has strata in an order that people expect, with NULL and 0 apart", () => {
    const volumes = [null, 0, 0.5, 10, 250_000]
    const report = made(
      sample(volumes.map((volume, n) => market({ volume, event: `KX-${n}`, category: null })))
    )
    assert.deepStrictEqual(
      rowsOf(report, "strata", 2).map(({ size }) => size),
      ["not known", "none", "below 10", "10 to 99", "100,000 and more"]
    )
    assert.deepStrictEqual(
      rowsOf(report, "strata").map(({ category }) => category),
      ["not known"]
    )
  })

  it("takes bid and ask as forecasts of their own", () => {
    const quotes = fair.map((one) => ({ ...one, low: one.low - 10, high: one.high + 10 }))
    const rows = rowsOf(made(sample(quotes), { price: "bid-ask" }), "scores")
    assert.deepStrictEqual(
      rows.map(({ brier, horizon }) => [horizon, Number(brier).toFixed(4)]),
      [
        ["1h, bid", "0.1700"],
        ["1h, ask", "0.1700"]
      ]
    )
  })

  it("is the same for the same seed, and has bands that move with another", () => {
    const random = seeded(1)
    const many = Array.from({ length: 300 }, (_, n) => {
      const low = Math.floor(1 + 99 * random())
      return market({ event: `KX-${n}`, low, high: low, outcome: random() * 100 < low ? 1 : 0 })
    })
    assert.deepStrictEqual(made(sample(many)), made(sample(many)))
    const bands = (seed: number) => tableOf(made(sample(many), { seed }), "reliability", 1).rows
    assert.notDeepEqual(bands(7), bands(8))
  })

  it("says that there is nothing to compare if no market has a price", () => {
    const report = made(sample([], [{ horizon: 3600, reason: "unsettled", count: 100 }]))
    assert.match(report.sections[0]?.finding ?? "", /No market has a price/)
    assert.strictEqual(report.included, 0)
  })
})
