/**
 * A recording of a local exchange whose prices have a bias, by the services that `kalshi collect` runs, and the
 * calibration report of it. One slot of quotes and the settlements of the days after it: prices of any age are
 * forecasts, and whatever bias they have, they have from the first day on.
 */
import { NodeContext } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { events } from "../../../src/domain/ask/feeds/events.ts"
import { markets } from "../../../src/domain/ask/feeds/markets.ts"
import { settlements } from "../../../src/domain/ask/feeds/settlements.ts"
import type { Report } from "../../../src/domain/reports/document.ts"
import { NO_FILTERS } from "../../../src/domain/reports/filters.ts"
import { simulatedClock } from "../../../src/layers/clock/simulated-clock.ts"
import { layer as analyticsLayer } from "../../../src/layers/duckdb/query/Analytics.ts"
import { makeCalibrationReport } from "../../../src/layers/reports/calibration/calibration.ts"
import { recording } from "../../../src/programs/cli/recording.ts"
import { Collector } from "../../../src/services/Collector.ts"
import { serve } from "../../../src/simulator/http/server.ts"
import type { Bias } from "../../../src/simulator/universe/bias.ts"

/** A Sunday noon, UTC. */
const NOON = Date.UTC(2026, 10, 22, 12)
const DAY_MILLIS = 86_400_000

const OPTIONS = { filters: NO_FILTERS, horizons: [60], before: "scheduled", price: "mid", seed: 1 } as const

export const biasedReport = (
  dataDir: string,
  exchange: { readonly markets: number; readonly seed: number; readonly bias?: Bias },
  days: number
) =>
  Effect.gen(function* () {
    const { clock, setTo } = yield* simulatedClock(NOON)
    yield* Effect.gen(function* () {
      const { url } = yield* serve({ ...exchange, speed: 1, faults: [] })
      const program = { dataDir, program: "test", apiUrl: url, allowOtherExchange: false }
      const silent = { onPage: () => Effect.void, onOutcome: () => Effect.void }
      yield* Effect.gen(function* () {
        const collector = yield* Collector
        yield* collector.once([events, markets], silent)
        for (let day = 1; day <= days; day++) {
          yield* setTo(NOON + day * DAY_MILLIS)
          yield* collector.once([settlements], silent)
        }
      }).pipe(Effect.provide(recording({ ...program, readTokensPerSecond: 1_000_000 })))
    }).pipe(Effect.scoped, Effect.withClock(clock))
    return yield* Effect.provide(makeCalibrationReport(OPTIONS), analyticsLayer({ dataDir }))
  }).pipe(Effect.provide(Layer.mergeAll(NodeContext.layer)))

/** The regression of errors on prices that the report prints. */
export const lineOf = (report: Report) => {
  const table = report.sections.find(({ id }) => id === "bias")?.tables[0]
  const [, , prices, found, alpha, alphaError, psi, psiError] = (table?.rows[0] ?? []).map(Number)
  return { prices, events: found, alpha, alphaError, psi, psiError }
}
