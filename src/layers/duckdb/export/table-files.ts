/** Writes the files of one table of an export. */
import { mkdir, open } from "node:fs/promises"
import { dirname, join } from "node:path"
import { pipeline } from "node:stream/promises"
import { Effect } from "effect"
import type { ExportFailed, StorageFailed } from "../../../domain/errors.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import type { ExportOptions } from "../../../services/Exporter.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import type { Duck } from "../Duck.ts"
import { columnsOf } from "../staging/kinds.ts"
import type { OpenLake } from "../staging/lake-files.ts"
import { wholeSourceOf } from "../staging/sources.ts"
import { copyToCsv, copyToParquet } from "./copy.ts"
import type { LogEnd } from "./manifest.ts"
import { type Part, partsOf } from "./parts.ts"
import { type Building, io, SPILL } from "./replacement.ts"

export type ExportFormat = "parquet" | "csv"

/** An export that is being built. */
export interface ExportJob {
  readonly building: Building
  readonly duck: Duck<ExportFailed>
  readonly snapshot: Snapshot
  readonly format: ExportFormat
  readonly options: ExportOptions
  readonly lake: OpenLake
  /** The end of the log that the tables follow from, or none of an empty log. */
  readonly logEnd: LogEnd | undefined
}

/** A file that was written, and the number of rows that were written into it. */
interface Written {
  readonly path: string
  readonly rows: number
}

const writeParquet = (job: ExportJob, table: PublicTable, { path }: Part) =>
  Effect.gen(function* () {
    const file = join(job.building.folder, path)
    yield* io(job.building.path, () => mkdir(dirname(file), { recursive: true }))
    const { rowsChanged } = yield* job.duck.run(copyToParquet(table, file))
    return { path, rows: rowsChanged } satisfies Written
  })

const append = async (part: string, whole: string): Promise<void> => {
  const from = await open(part, "r")
  const to = await open(whole, "a")
  await pipeline(from.createReadStream(), to.createWriteStream())
}

/** DuckDB writes whole CSV files only, so each part after the first is written apart and then appended. */
const writeCsv = (job: ExportJob, table: PublicTable, isFirst: boolean) =>
  Effect.gen(function* () {
    const path = `${table.name}.csv`
    const whole = join(job.building.folder, path)
    const file = isFirst ? whole : join(job.building.folder, SPILL, "part.csv")
    const { rowsChanged } = yield* job.duck.run(copyToCsv(table, file, isFirst))
    if (!isFirst) yield* io(job.building.path, () => append(file, whole))
    return { path, rows: rowsChanged } satisfies Written
  })

/** Adds up the rows of the parts of each file. */
const filesOf = (written: ReadonlyArray<Written>): ReadonlyArray<Written> =>
  [...new Set(written.map(({ path }) => path))].map((path) => ({
    path,
    rows: written.filter((one) => one.path === path).reduce((sum, { rows }) => sum + rows, 0)
  }))

/** Writes the rows of a table from the lake and, of the observations after its watermark, from SQLite. */
export const writeTable = (
  job: ExportJob,
  table: PublicTable
): Effect.Effect<ReadonlyArray<Written>, ExportFailed | StorageFailed> =>
  Effect.gen(function* () {
    const { duck, format, lake, options, snapshot } = job
    const source = yield* wholeSourceOf(duck, snapshot, table, lake)
    const parts = yield* partsOf(table.name, source)
    const written: Array<Written> = []
    let before = 0
    for (const [index, part] of parts.entries()) {
      yield* source.stage({
        columns: columnsOf(table),
        range: part.range,
        timesAsText: format === "csv",
        onRows: (read, fraction) =>
          options.onProgress?.({
            table: table.name,
            rows: before + read,
            fraction: fraction === undefined ? undefined : (index + fraction) / parts.length
          }) ?? Effect.void
      })
      const file = yield* format === "csv"
        ? writeCsv(job, table, index === 0)
        : writeParquet(job, table, part)
      before += file.rows
      written.push(file)
    }
    yield* duck.run(`DROP VIEW main.${table.name}`)
    yield* duck.run("DROP SCHEMA staged CASCADE")
    return filesOf(written)
  })
