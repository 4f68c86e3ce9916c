/**
 * Tells which slots of a table an export holds: the same number of rows, with the same values in every column.
 * The same expression of DuckDB is computed over both sides, over the Parquet files once and over the tables a
 * few slots at a time.
 */
import { readdir, stat } from "node:fs/promises"
import { join } from "node:path"
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import { type NoDatabase, StorageFailed } from "../../domain/errors.ts"
import type { PublicTable } from "../../domain/read/view.ts"
import { type SlotSeconds, slotText } from "../../domain/units/time.ts"
import { type Duck, openDuck } from "../duckdb/Duck.ts"
import { columnsOf, sqlType } from "../duckdb/staging/kinds.ts"
import { sourceOf } from "../duckdb/staging/sources.ts"
import { workFolder, workParent } from "../files/work-folder.ts"
import { openSnapshot } from "../sqlite/database/Snapshot.ts"

const MEMORY_MEGABYTES = 512

/** The slots that are staged at once: a million prices at the size of the exchange. */
const SLOTS_AT_A_TIME = 8

export interface ExportedSlots {
  /** The slots that the export holds, oldest first, up to the first one that it does not hold. */
  readonly held: ReadonlyArray<{ readonly slot: SlotSeconds; readonly rows: number }>
  readonly missing: { readonly slot: SlotSeconds; readonly why: string } | null
}

interface CompareOptions {
  readonly dataDir: string
  /** The folder of the export. */
  readonly exported: string
  readonly table: PublicTable
  /** Consecutive slots of the table, oldest first. */
  readonly slots: ReadonlyArray<SlotSeconds>
  readonly onSlots: (compared: number) => Effect.Effect<void>
}

interface Fingerprint {
  readonly rows: number
  /** The sum of a hash of each row, which does not depend on the order of the rows. */
  readonly sum: string
}

const NO_ROWS: Fingerprint = { rows: 0, sum: "0" }

const failed = (why: string) => new StorageFailed({ operation: "comparing with the export", why })

/** Finds the Parquet files of a table: `<table>.parquet`, or those below `<table>/` of the months of `slots`. */
const filesOf = async ({ exported, slots, table }: CompareOptions): Promise<ReadonlyArray<string>> => {
  const single = join(exported, `${table.name}.parquet`)
  if (
    await stat(single).then(
      () => true,
      () => false
    )
  )
    return [single]
  const folder = join(exported, table.name)
  const below = await readdir(folder, { recursive: true }).catch(() => [])
  const month = (slot: SlotSeconds | undefined) => slotText(slot ?? 0).slice(0, 7)
  const isWanted = (path: string) => {
    const of = /month=(\d{4}-\d{2})/.exec(path)?.[1]
    return of === undefined || (of >= month(slots[0]) && of <= month(slots.at(-1)))
  }
  return below
    .filter((path) => path.endsWith(".parquet") && isWanted(path))
    .map((path) => join(folder, path))
    .sort()
}

const fingerprintSql = (table: PublicTable, from: string): string => {
  const values = columnsOf(table).map((column) => `CAST(${quoted(column)} AS ${sqlType(table, column)})`)
  return `SELECT epoch_us(snapshot_time) // 1000000, count(*), sum(hash(${values.join(", ")})) FROM ${from} GROUP BY 1`
}

const fingerprints = (
  duck: Duck<StorageFailed>,
  sql: string
): Effect.Effect<ReadonlyMap<SlotSeconds, Fingerprint>, StorageFailed> =>
  duck.run(sql).pipe(
    Effect.flatMap((result) => Effect.promise(() => result.getRows())),
    Effect.map(
      (rows) =>
        new Map(rows.map(([slot, count, sum]) => [Number(slot), { rows: Number(count), sum: String(sum) }]))
    )
  )

const describeDifference = (stored: Fingerprint, exported: Fingerprint): string =>
  stored.rows === exported.rows
    ? `the export holds other values in its ${stored.rows} rows`
    : `the export holds ${exported.rows} rows of it, the table ${stored.rows}`

/** Compares slots up to the first one that the export does not hold. A file that cannot be read holds none. */
export const compareWithExport = (
  options: CompareOptions
): Effect.Effect<ExportedSlots, StorageFailed | NoDatabase> =>
  Effect.gen(function* () {
    const { dataDir, exported, onSlots, slots, table } = options
    const [oldest] = slots
    if (oldest === undefined) return { held: [], missing: null }
    const none = (why: string): ExportedSlots => ({ held: [], missing: { slot: oldest, why } })
    const files = yield* Effect.promise(() => filesOf(options))
    if (files.length === 0) return none(`there is no ${table.name} in ${exported}`)

    const snapshot = yield* openSnapshot(dataDir)
    const spillFolder = yield* Effect.flatMap(workParent(dataDir), (parent) => workFolder("prune", parent))
    const duck = yield* openDuck({ memoryMegabytes: MEMORY_MEGABYTES, spillFolder, onError: failed })
    const [from, to] = [oldest, slots.at(-1) ?? oldest].map((slot) => `TIMESTAMPTZ '${slotText(slot)}'`)
    const read = yield* fingerprints(
      duck,
      fingerprintSql(
        table,
        `(SELECT * FROM read_parquet([${files.map(literal).join(", ")}], hive_partitioning = false)
          WHERE snapshot_time BETWEEN ${from} AND ${to})`
      )
    ).pipe(Effect.either)
    if (read._tag === "Left") return none(`the export cannot be read: ${read.left.why.split("\n")[0]}`)

    const source = yield* sourceOf(duck, snapshot, table)
    const held: Array<ExportedSlots["held"][number]> = []
    for (let at = 0; at < slots.length; at += SLOTS_AT_A_TIME) {
      const group = slots.slice(at, at + SLOTS_AT_A_TIME)
      const range = { from: group[0] ?? oldest, to: group.at(-1) ?? oldest }
      yield* source.stage({ columns: columnsOf(table), range })
      const stored = yield* fingerprints(duck, fingerprintSql(table, `main.${quoted(table.name)}`))
      for (const slot of group) {
        const ours = stored.get(slot) ?? NO_ROWS
        const theirs = read.right.get(slot) ?? NO_ROWS
        if (ours.rows !== theirs.rows || ours.sum !== theirs.sum)
          return { held, missing: { slot, why: describeDifference(ours, theirs) } }
        held.push({ slot, rows: ours.rows })
      }
      yield* onSlots(held.length)
    }
    return { held, missing: null }
  }).pipe(Effect.scoped, Effect.withSpan("compareWithExport"))
