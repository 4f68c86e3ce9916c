import { Console, Effect, Layer } from "effect"
import * as DuckAnalytics from "../../layers/duckdb/Analytics.ts"
import { formatCsv, formatJson, formatTable } from "../../layers/duckdb/format.ts"
import { Analytics, type QueryResult } from "../../services/Analytics.ts"
import { reader } from "../compose.ts"
import type { Values } from "../definitions/query.ts"
import { warnIfOutdated } from "../prepare.ts"

const formats: Readonly<Record<"table" | "csv" | "json", (result: QueryResult) => string>> = {
  table: (result) => formatTable(result, process.stdout.columns),
  csv: formatCsv,
  json: formatJson
}

export const run = ({ dataDir, format, json }: Values, sql: string) =>
  Effect.gen(function* () {
    yield* warnIfOutdated
    const answer = yield* Effect.flatMap(Analytics, (analytics) => analytics.query({ sql }))
    yield* Console.log(formats[json ? "json" : format](answer).trimEnd())
  }).pipe(Effect.provide(Layer.merge(reader(dataDir), DuckAnalytics.layer({ dataDir }))))
