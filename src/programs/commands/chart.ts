import { Console, Effect, Layer } from "effect"
import { NO_FILTERS } from "../../domain/reports/filters.ts"
import { timeText } from "../../domain/units/time.ts"
import { nowSeconds } from "../../layers/clock/now.ts"
import * as DuckAnalytics from "../../layers/duckdb/query/Analytics.ts"
import { makeHistoryReport } from "../../layers/reports/history/history.ts"
import { reader } from "../cli/layers.ts"
import { pastOf } from "../cli/moments.ts"
import { warnIfOutdated } from "../cli/prepare.ts"
import { typedCommand } from "../cli/shell.ts"
import type { Values } from "../definitions/chart.ts"
import { reportJson } from "../report/json.ts"
import { chartLines } from "../terminal/report/chart.ts"
import { terminalScreen } from "../terminal/screen.ts"

export const run = ({ dataDir, json, since }: Values, ticker: string | undefined) =>
  Effect.gen(function* () {
    const from = yield* pastOf("--since", since, yield* nowSeconds)
    yield* warnIfOutdated
    const report = yield* makeHistoryReport({
      ticker,
      filters: { ...NO_FILTERS, ...(from === undefined ? {} : { from: timeText(from) }) }
    })
    yield* json
      ? Console.log(
          reportJson(report, typedCommand("chart", { argument: ticker, options: {} }, { dataDir })).trimEnd()
        )
      : Console.log(chartLines(report, terminalScreen()).join("\n"))
  }).pipe(Effect.provide(Layer.merge(reader(dataDir), DuckAnalytics.layer({ dataDir }))))
