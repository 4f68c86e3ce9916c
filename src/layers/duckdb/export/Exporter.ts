/** The Exporter. DuckDB writes each table sorted, from the lake and from the rows of SQLite of one moment. */
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { Clock, Effect, Layer } from "effect"
import { ExportFailed, type NoDatabase, type StorageFailed } from "../../../domain/errors.ts"
import { publicTables } from "../../../domain/read/catalog.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import {
  type ExportedTable,
  Exporter,
  type ExportOptions,
  type ExportReport
} from "../../../services/Exporter.ts"
import { openSnapshot } from "../../sqlite/database/Snapshot.ts"
import { openDuck } from "../Duck.ts"
import { logEndIn } from "../log-end.ts"
import { coldFolders, openLake } from "../staging/lake-files.ts"
import { describeFile, type ManifestFile } from "./manifest.ts"
import { io, SPILL, startBuilding, takePlace } from "./replacement.ts"
import { type ExportFormat, type ExportJob, writeTable } from "./table-files.ts"

/** The memory limit of DuckDB. A month of prices that is larger spills to the disk. */
const MEMORY_MEGABYTES = 512

const exportable = publicTables.filter(({ name }) => name !== "observations")

const chosenTables = (options: ExportOptions): Effect.Effect<ReadonlyArray<PublicTable>, ExportFailed> => {
  const names = options.tables
  if (names === undefined) return Effect.succeed(exportable)
  const unknown = names.find((name) => !exportable.some((table) => table.name === name))
  if (unknown === undefined) return Effect.succeed(exportable.filter(({ name }) => names.includes(name)))
  const list = exportable.map(({ name }) => name).join(", ")
  return new ExportFailed({
    path: options.output,
    why: `there is no table ${unknown} to export; tables are ${list}`
  })
}

const inspect = (
  job: ExportJob,
  table: string,
  written: ReadonlyArray<{ readonly path: string; readonly rows: number }>
): Effect.Effect<
  { readonly table: ExportedTable; readonly files: ReadonlyArray<ManifestFile> },
  ExportFailed
> =>
  Effect.gen(function* () {
    const lastSeq = job.logEnd?.lastSeq
    const files = yield* Effect.forEach(written, (file) =>
      io(job.building.path, () =>
        describeFile(job.building.folder, {
          ...file,
          table,
          format: job.format,
          ...(lastSeq === undefined ? {} : { lastSeq })
        })
      )
    )
    const sum = (of: (file: ManifestFile) => number) => files.reduce((total, file) => total + of(file), 0)
    const rows = sum((file) => file.rows ?? 0)
    return { table: { table, rows, bytes: sum(({ bytes }) => bytes), files: files.length }, files }
  })

const runExport = (
  dataDir: string,
  format: ExportFormat,
  options: ExportOptions
): Effect.Effect<ExportReport, ExportFailed | StorageFailed | NoDatabase> =>
  Effect.gen(function* () {
    const started = yield* Clock.currentTimeMillis
    const tables = yield* chosenTables(options)
    const snapshot = yield* openSnapshot(dataDir)
    const building = yield* startBuilding(options.output)
    const logEnd = yield* logEndIn(snapshot)
    const spillFolder = join(building.folder, SPILL)
    const exported = yield* Effect.scoped(
      Effect.gen(function* () {
        const duck = yield* openDuck({
          memoryMegabytes: MEMORY_MEGABYTES,
          spillFolder,
          onError: (why) => new ExportFailed({ path: building.path, why })
        })
        const lake = yield* openLake(yield* coldFolders(dataDir), snapshot)
        const job: ExportJob = { building, duck, snapshot, format, options, lake, logEnd }
        yield* io(job.building.path, () => mkdir(spillFolder, { recursive: true }))
        return yield* Effect.forEach(tables, (table) =>
          Effect.flatMap(writeTable(job, table), (files) => inspect(job, table.name, files))
        )
      })
    )
    yield* takePlace(
      building,
      exported.flatMap(({ files }) => files),
      logEnd
    )
    const finished = yield* Clock.currentTimeMillis
    const results = exported.map(({ table }) => table)
    return {
      path: building.path,
      tables: results,
      rows: results.reduce((sum, { rows }) => sum + rows, 0),
      bytes: results.reduce((sum, { bytes }) => sum + bytes, 0),
      elapsedMillis: finished - started
    }
  }).pipe(Effect.scoped)

export const make = ({ dataDir }: { readonly dataDir: string }): Exporter["Type"] => ({
  exportParquet: (options) =>
    runExport(dataDir, "parquet", options).pipe(Effect.withSpan("Exporter.exportParquet")),
  exportCsv: (options) => runExport(dataDir, "csv", options).pipe(Effect.withSpan("Exporter.exportCsv"))
})

export const layer = (options: { readonly dataDir: string }): Layer.Layer<Exporter> =>
  Layer.succeed(Exporter, make(options))
