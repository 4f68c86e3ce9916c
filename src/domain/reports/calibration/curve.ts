/** The reliability curve of a group of forecasts, with its consistency band. */
import { type Consistency, consistencyOf } from "../../statistics/consistency.ts"
import { positionsOf } from "../../statistics/isotonic.ts"
import { seeded } from "../../statistics/random.ts"
import { at } from "../../statistics/sample.ts"
import type { ForecastGroup, Scores } from "./group.ts"

/** The probability with which the curve of calibrated prices is inside the band at one price. */
export const BAND_COVERAGE = 0.9

/** The prices at which a curve is shown at most. */
const POSITIONS_MAX = 101

/** The number of outcomes that are drawn for a horizon: 1,000 draws of up to 25,000 markets, and never fewer than 200. */
const DRAWS_MAX = 25_000_000
const resamplesFor = (markets: number): number =>
  Math.max(200, Math.min(1000, Math.floor(DRAWS_MAX / markets)))

export interface Curve {
  readonly group: ForecastGroup
  readonly scores: Scores
  readonly positions: ReadonlyArray<number>
  readonly consistency: Consistency
}

export const curveOf = (group: ForecastGroup, scores: Scores, seed: number): Curve => {
  const positions = positionsOf(scores.levels, POSITIONS_MAX)
  const consistency = consistencyOf(group.sample, scores.levels, {
    relation: group.relation,
    positions,
    coverage: BAND_COVERAGE,
    resamples: resamplesFor(scores.markets),
    random: seeded(seed)
  })
  return { group, scores, positions, consistency }
}

export interface CurvePoint {
  readonly price: number
  readonly markets: number
  readonly recalibrated: number
  readonly low: number
  readonly high: number
}

/** A curve and its band are fractions of whole numbers, which differ in their last digits if they are equal. */
const ROUNDING = 1e-9

export const isOutside = ({ high, low, recalibrated }: CurvePoint): boolean =>
  recalibrated < low - ROUNDING || recalibrated > high + ROUNDING

export const pointsOf = ({ consistency, positions, scores }: Curve): ReadonlyArray<CurvePoint> =>
  positions.map((level, place) => ({
    price: at(scores.levels.forecast, level),
    markets: at(scores.levels.count, level),
    recalibrated: at(scores.corp.recalibrated, level),
    low: at(consistency.lower, place),
    high: at(consistency.upper, place)
  }))
