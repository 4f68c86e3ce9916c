import { Effect, Layer } from "effect"
import prettyBytes from "pretty-bytes"
import * as DuckExporter from "../../layers/duckdb/export/Exporter.ts"
import { exportsPath } from "../../layers/files/data-dir.ts"
import { Exporter, type ExportOptions, type ExportReport } from "../../services/Exporter.ts"
import { reader } from "../cli/layers.ts"
import { warnIfOutdated } from "../cli/prepare.ts"
import type { Values } from "../definitions/export.ts"
import { count, plural, result } from "../terminal/output.ts"
import { withProgress } from "../terminal/progress.ts"
import { tableLines } from "../terminal/table.ts"

const lines = (exported: ExportReport): ReadonlyArray<string> => [
  ...tableLines(
    ["table", "rows", "bytes", "files"],
    exported.tables.map(({ bytes, files, rows, table }) => [table, count(rows), prettyBytes(bytes), files])
  ),
  `${plural(exported.rows, "row")}, ${prettyBytes(exported.bytes)} in ${(exported.elapsedMillis / 1000).toFixed(1)} s: ${exported.path}`
]

const exporting =
  (
    write: (
      exporter: Exporter["Type"],
      options: ExportOptions
    ) => ReturnType<Exporter["Type"]["exportParquet"]>
  ) =>
  ({ dataDir, json, ...options }: Values) =>
    Effect.gen(function* () {
      yield* warnIfOutdated
      const exporter = yield* Exporter
      const exported = yield* withProgress("exporting", "rows", ({ at }) =>
        write(exporter, {
          output: options.output ?? exportsPath(dataDir),
          ...(options.tables !== undefined ? { tables: options.tables } : {}),
          onProgress: ({ fraction, rows }) =>
            at(rows, fraction === undefined || fraction === 0 ? 0 : Math.round(rows / fraction))
        })
      )
      yield* result(json, exported, lines(exported))
    }).pipe(Effect.provide(Layer.merge(reader(dataDir), DuckExporter.layer({ dataDir }))))

export const runParquet = exporting((exporter, options) => exporter.exportParquet(options))

export const runCsv = exporting((exporter, options) => exporter.exportCsv(options))
