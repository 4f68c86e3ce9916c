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
import { sourceOf } from "../staging/sources.ts"
import { copyToCsv, copyToParquet } from "./copy.ts"
import { monthIn, type Part, partsOf } from "./parts.ts"
import { type PrunedRows, prunedSql, withPrunedSql } from "./pruned-rows.ts"
import { type Building, io, keep, SPILL } from "./replacement.ts"

export type ExportFormat = "parquet" | "csv"

/** An export that is being built. */
export interface ExportJob {
  readonly building: Building
  readonly duck: Duck<ExportFailed>
  readonly snapshot: Snapshot
  readonly format: ExportFormat
  readonly options: ExportOptions
  /** Rows to carry over from the earlier export, by table. CSV files hold what the tables hold, and no more. */
  readonly pruned: ReadonlyMap<string, PrunedRows>
}

export interface TableFiles {
  readonly rows: number
  /** The paths of the files below the folder of the export. */
  readonly paths: ReadonlyArray<string>
}

/**
 * Selects the pruned rows that belong into a part. The part of a month takes them from the earlier file of that month,
 * if the cut-off lies in the month.
 */
const prunedIn = ({ building }: ExportJob, part: Part, pruned: PrunedRows | undefined) => {
  if (pruned === undefined) return undefined
  const paths = pruned.paths.filter((path) => part.month === undefined || monthIn(path) === part.month)
  const reached = part.month === undefined || pruned.before.startsWith(part.month)
  return paths.length > 0 && reached ? prunedSql(building, pruned, paths) : undefined
}

const writeParquet = (job: ExportJob, table: PublicTable, part: Part) =>
  Effect.gen(function* () {
    const file = join(job.building.folder, part.path)
    yield* io(job.building.path, () => mkdir(dirname(file), { recursive: true }))
    const pruned = prunedIn(job, part, job.pruned.get(table.name))
    const from = pruned === undefined ? undefined : `(${withPrunedSql(table, pruned)})`
    yield* job.duck.run(copyToParquet(table, file, from))
    return part.path
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
    yield* job.duck.run(copyToCsv(table, file, isFirst))
    if (!isFirst) yield* io(job.building.path, () => append(file, whole))
    return path
  })

/** Carries over the earlier files of months that are pruned as a whole. */
const keepMonths = (job: ExportJob, { before, paths }: PrunedRows, written: ReadonlyArray<string>) => {
  const kept = paths.filter((path) => {
    const month = monthIn(path)
    return month !== undefined && month <= before.slice(0, 7) && !written.includes(path)
  })
  const { building } = job
  return Effect.as(
    Effect.forEach(kept, (path) =>
      io(building.path, () => keep(join(building.path, path), join(building.folder, path)))
    ),
    kept
  )
}

const countRows = (duck: Duck<ExportFailed>, select: string): Effect.Effect<number, ExportFailed> =>
  duck.run(`SELECT count(*) FROM (${select})`).pipe(
    Effect.flatMap((result) => Effect.promise(() => result.getRows())),
    Effect.map(([row]) => Number(row?.[0] ?? 0))
  )

export const writeTable = (
  job: ExportJob,
  table: PublicTable
): Effect.Effect<TableFiles, ExportFailed | StorageFailed> =>
  Effect.gen(function* () {
    const { building, duck, format, options, snapshot } = job
    const source = yield* sourceOf(duck, snapshot, table)
    const parts = yield* partsOf(table.name, source)
    const paths: Array<string> = []
    let rows = 0
    for (const [index, part] of parts.entries()) {
      const before = rows
      rows += yield* source.stage({
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
      paths.push(yield* format === "csv" ? writeCsv(job, table, index === 0) : writeParquet(job, table, part))
    }
    yield* duck.run(`DROP VIEW main.${table.name}`)
    yield* duck.run("DROP SCHEMA staged CASCADE")
    const pruned = format === "csv" ? undefined : job.pruned.get(table.name)
    if (pruned === undefined) return { rows, paths: [...new Set(paths)] }
    return {
      rows: rows + (yield* countRows(duck, prunedSql(building, pruned, pruned.paths))),
      paths: [...paths, ...(yield* keepMonths(job, pruned, paths))]
    }
  })
