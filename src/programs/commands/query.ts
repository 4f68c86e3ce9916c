import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Console, Effect, Layer } from "effect"
import { publicTables } from "../../domain/catalog.ts"
import * as DuckAnalytics from "../../layers/duckdb/Analytics.ts"
import { formatCsv, formatJson, formatTable } from "../../layers/duckdb/format.ts"
import { Analytics, type QueryResult } from "../../services/Analytics.ts"
import { reader } from "../compose.ts"
import { warnIfOutdated } from "../prepare.ts"
import * as settings from "../settings.ts"

const format = Options.choice("format", ["table", "csv", "json"]).pipe(Options.withDefault("table"))

const formats: Readonly<Record<"table" | "csv" | "json", (result: QueryResult) => string>> = {
  table: (result) => formatTable(result, process.stdout.columns),
  csv: formatCsv,
  json: formatJson
}

export const query = Command.make(
  "query",
  { dataDir: settings.dataDir, json: settings.json, format, sql: Args.text({ name: "SQL" }) },
  ({ dataDir, format, json, sql }) =>
    Effect.gen(function* () {
      yield* warnIfOutdated
      const answer = yield* Effect.flatMap(Analytics, (analytics) => analytics.query({ sql }))
      yield* Console.log(formats[json ? "json" : format](answer).trimEnd())
    }).pipe(Effect.provide(Layer.merge(reader(dataDir), DuckAnalytics.layer({ dataDir }))))
).pipe(
  Command.withDescription(
    `DuckDB SQL over the recorded tables (${publicTables.map(({ name }) => name).join(", ")}); reads only`
  )
)
