import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Layer, Option } from "effect"
import prettyBytes from "pretty-bytes"
import { exportsPath } from "../../layers/data-dir.ts"
import * as DuckExporter from "../../layers/duckdb/Exporter.ts"
import { type Exported, Exporter, type ExportOptions } from "../../services/Exporter.ts"
import { reader } from "../compose.ts"
import { warnIfOutdated } from "../prepare.ts"
import * as settings from "../settings.ts"
import { count, plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"
import { table } from "../terminal/table.ts"

const output = Options.text("output").pipe(
  Options.withDescription("Folder of the export (default: exports/ in the data directory)"),
  Options.optional
)
const tables = Options.text("tables").pipe(
  Options.withDescription("Which tables, comma-separated (default: all but the log itself)"),
  Options.optional
)

const lines = (exported: Exported): ReadonlyArray<string> => [
  table(
    ["table", "rows", "bytes", "files"],
    exported.tables.map(({ bytes, files, rows, table }) => [table, count(rows), prettyBytes(bytes), files])
  ),
  `${plural(exported.rows, "row")}, ${prettyBytes(exported.bytes)} in ${(exported.elapsedMillis / 1000).toFixed(1)} s: ${exported.path}`
]

const exporting = (
  name: string,
  about: string,
  write: (exporter: Exporter["Type"], options: ExportOptions) => ReturnType<Exporter["Type"]["exportParquet"]>
) =>
  Command.make(
    name,
    { dataDir: settings.dataDir, json: settings.json, output, tables },
    ({ dataDir, json, ...options }) =>
      Effect.gen(function* () {
        yield* warnIfOutdated
        const exporter = yield* Exporter
        const exported = yield* withProgress("exporting", "rows", ({ at }) =>
          write(exporter, {
            output: Option.getOrElse(options.output, () => exportsPath(dataDir)),
            ...(Option.isSome(options.tables)
              ? { tables: options.tables.value.split(",").map((table) => table.trim()) }
              : {}),
            onProgress: ({ fraction, rows }) =>
              at(rows, fraction === undefined || fraction === 0 ? 0 : Math.round(rows / fraction))
          })
        )
        yield* result(json, exported, lines(exported))
      }).pipe(Effect.provide(Layer.merge(reader(dataDir), DuckExporter.layer({ dataDir }))))
  ).pipe(Command.withDescription(about))

export const exportParquet = exporting(
  "export-parquet",
  "Parquet files: exact, sorted, one folder",
  (exporter, options) => exporter.exportParquet(options)
)

export const exportCsv = exporting("export-csv", "One CSV file a table", (exporter, options) =>
  exporter.exportCsv(options)
)
