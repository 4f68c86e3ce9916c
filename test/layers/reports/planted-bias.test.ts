/** A bias of prices, planted in the local exchange, recorded, and found by the calibration report. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { scopedFolder } from "../duckdb/support.ts"
import { biasedReport, lineOf } from "./planted-bias.ts"

/** Ten times what Bürgi, Deng and Whelan found, so that few markets show it. */
const PLANTED = { alpha: -17.36, psi: 0.34 }

describe("the calibration of a recorded exchange", () => {
  it.scopedLive("has the bias of its prices, within the error", () =>
    Effect.gen(function* () {
      const report = yield* biasedReport(yield* scopedFolder, { markets: 500, seed: 3, bias: PLANTED }, 2)
      const { alpha = 0, alphaError = 0, psi = 0, psiError = 0 } = lineOf(report)
      assert.isBelow(Math.abs(alpha - PLANTED.alpha), 1.96 * alphaError)
      assert.isBelow(Math.abs(psi - PLANTED.psi), 1.96 * psiError)
      assert.isAbove(psi, 3 * psiError, "no bias would not be within its error")
      assert.match(report.sections.find(({ id }) => id === "bias")?.finding ?? "", /favourite–longshot bias/)
    })
  )
})
