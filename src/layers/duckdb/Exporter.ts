/** The Exporter over DuckDB: one snapshot of SQLite, staged table by table, copied out sorted. */
import { mkdir, open, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import { pipeline } from "node:stream/promises"
import { Clock, Effect, Layer } from "effect"
import { type PublicTable, priceSnapshots, publicTables } from "../../domain/catalog.ts"
import { ExportFailed, type NoDatabase, type StorageFailed } from "../../domain/errors.ts"
import { type Exported, type ExportedTable, Exporter, type ExportOptions } from "../../services/Exporter.ts"
import { copyToCsv, copyToParquet, csvSql, sortedCsvSql, sortedSql } from "./copy.ts"
import { type Duck, openDuck, whyOf } from "./Duck.ts"
import { columnsOf } from "./kinds.ts"
import { type Building, type ManifestFile, SPILL, startBuilding, takePlace } from "./output.ts"
import { neededOf, type PriceSlot, readSlots, sortedPricesSql, stagePrices, stageTickers } from "./prices.ts"
import { openSnapshot, type Snapshot } from "./Snapshot.ts"
import { createStagedSchema, stageTable } from "./stage.ts"

type Format = "parquet" | "csv"

/** DuckDB's share of the memory of an export; a month of prices that is larger spills to the disk. */
const MEMORY_MEGABYTES = 512

const exportable = publicTables.filter(({ name }) => name !== "observations")

/** Where partitioned data without a partition lies, by the convention of Hive that DuckDB and Spark follow. */
const NO_MONTH = "__HIVE_DEFAULT_PARTITION__"

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

/** What the parts of one export share. */
interface Job {
  readonly building: Building
  readonly duck: Duck<ExportFailed>
  readonly snapshot: Snapshot
  readonly format: Format
  readonly options: ExportOptions
}

interface Written {
  readonly rows: number
  /** Below the folder. */
  readonly paths: ReadonlyArray<string>
}

type Writing = Effect.Effect<Written, ExportFailed | StorageFailed>

const report = (job: Job, table: string, fraction: () => number | undefined) => (rows: number) =>
  job.options.onProgress?.({ table, rows, fraction: fraction() }) ?? Effect.void

const io = <A>(job: Job, run: () => Promise<A>): Effect.Effect<A, ExportFailed> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => new ExportFailed({ path: job.building.path, why: whyOf(error) })
  })

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
    yield* duck.run(
      format === "csv" ? copyToCsv(sortedCsvSql(table), file, true) : copyToParquet(sortedSql(table), file)
    )
    yield* duck.run(`DROP VIEW main.${table.name}`)
    yield* duck.run(`DROP TABLE staged.${table.name}`)
    return { rows, paths: [path] }
  })

const monthsOf = (
  slots: ReadonlyArray<PriceSlot>
): ReadonlyArray<readonly [string, ReadonlyArray<PriceSlot>]> => {
  const months = new Map<string, Array<PriceSlot>>()
  for (const slot of slots) {
    const month = months.get(slot.month)
    if (month === undefined) months.set(slot.month, [slot])
    else month.push(slot)
  }
  return [...months]
}

/** Prices, a month at a time: what is staged is bounded by a month, not by the years of the database. */
const writePrices = (job: Job): Writing =>
  Effect.gen(function* () {
    const { duck, snapshot, format } = job
    const slots = yield* readSlots(snapshot)
    const months = monthsOf(slots)
    const paths: Array<string> = []
    let rows = 0
    let slotsDone = 0
    for (const [month, ofMonth] of months.length > 0 ? months : [[NO_MONTH, []] as const]) {
      const before = rows
      const prices = stagePrices({
        duck,
        snapshot,
        slots: ofMonth,
        columns: neededOf(columnsOf(priceSnapshots)),
        onRows: (read, slotsRead) =>
          report(job, priceSnapshots.name, () => (slotsDone + slotsRead) / slots.length)(before + read)
      })
      // The tickers are wanted when the first month is sorted; until then they are read beside its prices.
      const tickers = paths.length === 0 ? stageTickers(duck, snapshot) : Effect.void
      const [read] = yield* Effect.all([prices, tickers], { concurrency: 2 })
      rows += read
      slotsDone += ofMonth.length
      paths.push(yield* format === "csv" ? appendMonth(job, paths.length === 0) : copyMonth(job, month))
    }
    yield* duck.run("DROP TABLE staged.price_rows")
    yield* duck.run("DROP TABLE staged.market_numbers")
    return { rows, paths: [...new Set(paths)] }
  })

const copyMonth = (job: Job, month: string): Effect.Effect<string, ExportFailed> =>
  Effect.gen(function* () {
    const path = `${priceSnapshots.name}/month=${month}/prices.parquet`
    const file = join(job.building.folder, path)
    yield* io(job, () => mkdir(dirname(file), { recursive: true }))
    yield* job.duck.run(copyToParquet(sortedPricesSql("rank, slot"), file))
    return path
  })

/** DuckDB writes whole CSV files only, so each month after the first is written apart and put behind. */
const appendMonth = (job: Job, first: boolean): Effect.Effect<string, ExportFailed> =>
  Effect.gen(function* () {
    const path = `${priceSnapshots.name}.csv`
    const whole = join(job.building.folder, path)
    const part = first ? whole : join(job.building.folder, SPILL, "month.csv")
    const select = csvSql(priceSnapshots, sortedPricesSql("slot, rank"), false)
    yield* job.duck.run(copyToCsv(select, part, first))
    if (!first) yield* io(job, () => putBehind(part, whole))
    return path
  })

const putBehind = async (part: string, whole: string): Promise<void> => {
  const from = await open(part, "r")
  const to = await open(whole, "a")
  await pipeline(from.createReadStream(), to.createWriteStream())
}

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
      Effect.map(
        io(job, () => stat(join(job.building.folder, path))),
        ({ size }): ManifestFile => ({ path, table, format: job.format, bytes: size })
      )
    )
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
    return { table: { table, rows, bytes, files: files.length }, files }
  })

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
        const job: Job = { building, duck, snapshot, format, options }
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
