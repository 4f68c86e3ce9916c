import { Effect, Layer } from "effect"
import { WrongUsage } from "../../domain/errors.ts"
import type { ReportFilters } from "../../domain/reports/filters.ts"
import { type SlotSeconds, timeText } from "../../domain/units/time.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import * as DuckAnalytics from "../../layers/duckdb/query/Analytics.ts"
import type { ReportEffect } from "../../layers/reports/statements.ts"
import { Analytics } from "../../services/Analytics.ts"
import { reader } from "../cli/layers.ts"
import { warnIfOutdated } from "../cli/prepare.ts"
import type { TimeOrAge } from "../cli/time.ts"
import type { ReportValues } from "../definitions/analyze/report.ts"
import { deliverReport } from "../report/deliver.ts"
import { readProgress } from "../terminal/deliver.ts"
import { withWaiting } from "../terminal/progress.ts"

const filtersOf = (
  { category, combos, from, minVolume, series, to }: ReportValues,
  now: SlotSeconds
): Effect.Effect<ReportFilters, WrongUsage> => {
  const at = (time: TimeOrAge | undefined) => (time === undefined ? undefined : timeText(time.at(now)))
  const [first, end] = [at(from), at(to)]
  if (first !== undefined && end !== undefined && first >= end)
    return new WrongUsage({
      why: `--from ${from?.words} is not before --to ${to?.words}: there is no time between them`
    })
  return Effect.succeed({
    series: series ?? [],
    categories: category ?? [],
    combos,
    ...(first === undefined ? {} : { from: first }),
    ...(end === undefined ? {} : { to: end }),
    ...(minVolume === undefined ? {} : { minVolume })
  })
}

/** Makes a report, which may take long: meanwhile a terminal shows how many rows have been read. */
const made = (report: ReportEffect) =>
  withWaiting((say) =>
    Effect.flatMap(Analytics, (analytics) =>
      Effect.provideService(report, Analytics, {
        ...analytics,
        queryAll: (request) => analytics.queryAll({ onRead: readProgress(say), ...request })
      })
    )
  )

/** Makes a report about a data directory and shows it. */
export const analyze = (
  values: ReportValues,
  command: string,
  make: (filters: ReportFilters) => ReportEffect
) =>
  Effect.gen(function* () {
    const filters = yield* filtersOf(values, yield* nowSeconds)
    yield* warnIfOutdated
    yield* deliverReport(yield* made(make(filters)), command, values)
  }).pipe(
    Effect.provide(Layer.merge(reader(values.dataDir), DuckAnalytics.layer({ dataDir: values.dataDir })))
  )
