/** The Exporter over DuckDB: one snapshot of SQLite, staged table by table, copied out sorted. */
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { Clock, Effect, Layer } from "effect"
import { ExportFailed, type NoDatabase, type StorageFailed } from "../../../domain/errors.ts"
import { publicTables } from "../../../domain/read/catalog.ts"
import { priceSnapshots } from "../../../domain/read/prices/table.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import {
  type Exported,
  type ExportedTable,
  Exporter,
  type ExportOptions
} from "../../../services/Exporter.ts"
import { openSnapshot } from "../../sqlite/database/Snapshot.ts"
import { openDuck } from "../Duck.ts"
import { earlierSql, readEarlier, withEarlierSql } from "../query/pruned.ts"
import { columnsOf } from "../staging/kinds.ts"
import { createStagedSchema, stageTable } from "../staging/stage.ts"
import { copyToCsv, copyToParquet, sortedCsvSql, sortedSql } from "./copy.ts"
import { countRows, type Format, io, type Job, report, type Writing, type Written } from "./export-job.ts"
import { checkFile, describeFile, type ManifestFile, SPILL, startBuilding, takePlace } from "./output.ts"
import { writePrices } from "./price-files.ts"

/** DuckDB's share of the memory of an export; a month of prices that is larger spills to the disk. */
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

/** A table of words: as it stands in the database, in one file. */
const writeTable = (job: Job, table: PublicTable): Writing =>
  Effect.gen(function* () {
    const { building, duck, snapshot, format } = job
    const rows = yield* stageTable({
      duck,
      snapshot,
      table,
      columns: columnsOf(table),
      timesAsText: format === "csv",
      onRows: report(job, table.name, () => undefined)
    })
    const path = `${table.name}.${format}`
    const file = join(building.folder, path)
    const pruned = format === "csv" ? undefined : job.earlier.get(table.name)
    const before = pruned === undefined ? undefined : earlierSql(building, pruned, pruned.paths)
    const from = before === undefined ? undefined : `(${withEarlierSql(table, before)})`
    yield* duck.run(
      format === "csv"
        ? copyToCsv(sortedCsvSql(table), file, true)
        : copyToParquet(sortedSql(table, from), file)
    )
    yield* duck.run(`DROP VIEW main.${table.name}`)
    yield* duck.run(`DROP TABLE staged.${table.name}`)
    return { rows: rows + (before === undefined ? 0 : yield* countRows(duck, before)), paths: [path] }
  })

const inspect = (
  job: Job,
  table: string,
  { rows, paths }: Written
): Effect.Effect<
  { readonly table: ExportedTable; readonly files: ReadonlyArray<ManifestFile> },
  ExportFailed
> =>
  Effect.gen(function* () {
    const files = yield* Effect.forEach(paths, (path) =>
      io(job, () => describeFile(job.building.folder, { path, table, format: job.format }))
    )
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    return { table: { table, rows, bytes, files: files.length }, files }
  })

/**
 * Verifies the files of the earlier export whose rows prune has removed from the tables: they must be
 * unchanged.
 */
const checkEarlier = (job: Job): Effect.Effect<void, ExportFailed> => {
  const paths = new Set([...job.earlier.values()].flatMap(({ paths }) => paths))
  return Effect.forEach(
    job.building.earlier.filter(({ path }) => paths.has(path)),
    (file) => io(job, () => checkFile(job.building.path, file)),
    { discard: true }
  )
}

const runExport = (
  dataDir: string,
  format: Format,
  options: ExportOptions
): Effect.Effect<Exported, ExportFailed | StorageFailed | NoDatabase> =>
  Effect.gen(function* () {
    const started = yield* Clock.currentTimeMillis
    const tables = yield* chosenTables(options)
    const snapshot = yield* openSnapshot(dataDir)
    const building = yield* startBuilding(options.output)
    const spillFolder = join(building.folder, SPILL)
    const exported = yield* Effect.scoped(
      Effect.gen(function* () {
        const duck = yield* openDuck({
          memoryMegabytes: MEMORY_MEGABYTES,
          spillFolder,
          onError: (why) => new ExportFailed({ path: building.path, why })
        })
        const earlier = yield* readEarlier(snapshot, building)
        const job: Job = { building, duck, snapshot, format, options, earlier }
        if (format === "parquet") yield* checkEarlier(job)
        yield* io(job, () => mkdir(spillFolder, { recursive: true }))
        yield* duck.run(createStagedSchema)
        return yield* Effect.forEach(tables, (table) =>
          Effect.flatMap(table === priceSnapshots ? writePrices(job) : writeTable(job, table), (written) =>
            inspect(job, table.name, written)
          )
        )
      })
    )
    yield* takePlace(
      building,
      exported.flatMap(({ files }) => files)
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
