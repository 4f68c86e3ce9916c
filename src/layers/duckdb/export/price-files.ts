/**
 * The files of `price_snapshots`: a month at a time, those of the months that were pruned taken along from
 * the export before.
 */
import { mkdir, open } from "node:fs/promises"
import { dirname, join } from "node:path"
import { pipeline } from "node:stream/promises"
import { Effect } from "effect"
import type { ExportFailed } from "../../../domain/errors.ts"
import { priceSnapshots } from "../../../domain/read/prices/table.ts"
import { type Earlier, earlierSql, withEarlierSql } from "../query/pruned.ts"
import { columnsOf } from "../staging/kinds.ts"
import {
  neededOf,
  type PriceSlot,
  priceViewSql,
  readSlots,
  sortedPricesSql,
  stagePrices,
  stageTickers
} from "../staging/prices.ts"
import { copyToCsv, copyToParquet, csvSql, sortedSql } from "./copy.ts"
import { countRows, io, type Job, report, type Writing } from "./export-job.ts"
import { keep, SPILL } from "./output.ts"

/** Where partitioned data without a partition lies, by the convention of Hive that DuckDB and Spark follow. */
const NO_MONTH = "__HIVE_DEFAULT_PARTITION__"

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
export const writePrices = (job: Job): Writing =>
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
      paths.push(
        yield* format === "csv"
          ? appendMonth(job, paths.length === 0)
          : copyMonth(job, month, earlierIn(job, month))
      )
    }
    yield* duck.run("DROP TABLE staged.price_rows")
    yield* duck.run("DROP TABLE staged.market_numbers")
    const pruned = format === "csv" ? undefined : job.earlier.get(priceSnapshots.name)
    if (pruned === undefined) return { rows, paths: [...new Set(paths)] }
    return {
      rows: rows + (yield* countRows(duck, earlierSql(job.building, pruned, pruned.paths))),
      paths: [...paths, ...(yield* keepMonths(job, pruned, paths))]
    }
  })

/** The earlier file of a month of which the tables hold only the end. */
const earlierIn = (job: Job, month: string): string | undefined => {
  const pruned = job.earlier.get(priceSnapshots.name)
  const paths = pruned?.paths.filter((path) => path.includes(`/month=${month}/`)) ?? []
  return pruned === undefined || paths.length === 0 || pruned.before.slice(0, 7) !== month
    ? undefined
    : earlierSql(job.building, pruned, paths)
}

/** Takes along the earlier files of months of which the tables hold nothing any more. */
const keepMonths = (
  job: Job,
  { before, paths }: Earlier,
  written: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, ExportFailed> => {
  const month = (path: string) => /\/month=(\d{4}-\d{2})\//.exec(path)?.[1] ?? "9999-99"
  const kept = paths.filter((path) => month(path) <= before.slice(0, 7) && !written.includes(path))
  return Effect.as(
    Effect.forEach(kept, (path) =>
      io(job, () => keep(join(job.building.path, path), join(job.building.folder, path)))
    ),
    kept
  )
}

const copyMonth = (
  job: Job,
  month: string,
  earlier: string | undefined
): Effect.Effect<string, ExportFailed> =>
  Effect.gen(function* () {
    const path = `${priceSnapshots.name}/month=${month}/prices.parquet`
    const file = join(job.building.folder, path)
    yield* io(job, () => mkdir(dirname(file), { recursive: true }))
    if (earlier !== undefined) yield* job.duck.run(priceViewSql(columnsOf(priceSnapshots)))
    const sorted =
      earlier === undefined
        ? sortedPricesSql("rank, slot")
        : sortedSql(priceSnapshots, `(${withEarlierSql(priceSnapshots, earlier)})`)
    yield* job.duck.run(copyToParquet(sorted, file))
    if (earlier !== undefined) yield* job.duck.run(`DROP VIEW main.${priceSnapshots.name}`)
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
