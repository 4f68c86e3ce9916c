/** The report `calibration`: whether prices came true. */
import { Effect } from "effect"
import type { CalibrationOptions } from "../../../domain/reports/calibration/options.ts"
import { calibrationReport } from "../../../domain/reports/calibration/report.ts"
import {
  type CalibrationSample,
  type Excluded,
  isReason,
  type PricedMarket
} from "../../../domain/reports/calibration/sample.ts"
import type { Relation } from "../../../domain/statistics/consistency.ts"
import { Analytics, type QueryRow } from "../../../services/Analytics.ts"
import { filterOptions } from "../population.ts"
import type { ReportEffect } from "../statements.ts"
import { feedOf, marketsSql, sampleSql } from "./sql.ts"

const pricedOf = ([
  ,
  horizon,
  event,
  relation,
  category,
  year,
  volume,
  low,
  high,
  won
]: QueryRow): PricedMarket => ({
  horizon: Number(horizon),
  event: String(event),
  relation: Number(relation) as Relation,
  category: category === null || category === undefined ? null : String(category),
  year: Number(year),
  volume: volume === null ? null : Number(volume),
  low: Number(low),
  high: Number(high),
  outcome: won === true ? 1 : 0
})

/** Reads the rows of `sampleSql`. */
export const sampleOfRows = (
  rows: ReadonlyArray<QueryRow>,
  markets: number,
  feed: string
): CalibrationSample => {
  const priced: Array<PricedMarket> = []
  const excluded: Array<Excluded> = []
  let [complete, incomplete] = [0, 0]
  for (const row of rows) {
    const [reason, horizon] = row
    const count = Number(row.at(-1))
    const name = String(reason)
    if (reason === null) priced.push(pricedOf(row))
    else if (isReason(name)) excluded.push({ reason: name, horizon: Number(horizon), count })
    else if (name === "slots complete") complete += count
    else incomplete += count
  }
  return { priced, excluded, markets, slots: { feed, due: complete + incomplete, complete } }
}

/** Makes the report. Its rows are read by position, because a sample may have millions of them. */
export const makeCalibrationReport = (options: CalibrationOptions): ReportEffect =>
  Effect.gen(function* () {
    const analytics = yield* Analytics
    const { results, source } = yield* analytics.queryAll({ sqls: [sampleSql(options), marketsSql(options)] })
    const [sample, markets] = results
    const [[count = null] = []] = markets?.rows ?? []
    return calibrationReport(sampleOfRows(sample?.rows ?? [], Number(count), feedOf(options)), options, {
      filters: filterOptions(options.filters),
      source
    })
  })
