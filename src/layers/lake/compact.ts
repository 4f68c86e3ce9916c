/** Merges files of the lake into fewer and larger ones, sorted by ticker and time. */
import { join } from "node:path"
import { Effect } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import type { LakeTable } from "../../domain/read/lake.ts"
import { contentsOf, parquet, together } from "./contents.ts"
import { writeLakeFile } from "./lake-file.ts"
import { FILE_ROWS_MAX, type Merge } from "./merge-plan.ts"
import type { LakeFile } from "./records.ts"
import type { Workshop } from "./workshop.ts"

const ADVICE =
  "put the file back from a backup, or run `kalshi replay`, which makes the lake anew from the log"

const failed = ({ month, table }: Merge, why: string) =>
  new StorageFailed({ operation: `merging the files of ${table} of ${month} in the lake`, why })

/** Returns the conditions that cut rows by their tickers into parts of about `FILE_ROWS_MAX` rows. */
const partsOf = (
  { rows }: Workshop,
  { files }: Merge,
  from: string
): Effect.Effect<ReadonlyArray<string>, StorageFailed> =>
  Effect.gen(function* () {
    if (together(files).rows <= FILE_ROWS_MAX) return ["true"]
    const firsts = yield* rows(
      `SELECT hex(encode(min(ticker))) FROM (
         SELECT ticker, (sum(n) OVER (ORDER BY ticker) - n) // ${FILE_ROWS_MAX} AS part
         FROM (SELECT ticker, count(*) AS n FROM ${from} GROUP BY ticker)
       ) GROUP BY part ORDER BY part`
    )
    // A ticker may have any character, and not each of them can stand in a statement.
    const bound = (row: ReadonlyArray<unknown> | undefined) => `decode(unhex('${row?.[0]}'))`
    return firsts.map((first, index) =>
      [
        index === 0 ? "true" : `ticker >= ${bound(first)}`,
        index === firsts.length - 1 ? "true" : `ticker < ${bound(firsts[index + 1])}`
      ].join(" AND ")
    )
  })

/** Fails with the name of the file that does not hold the rows that were written into it. */
const findDamage = (
  workshop: Workshop,
  lakeTable: LakeTable,
  merge: Merge,
  merged: ReadonlyArray<LakeFile>
): Effect.Effect<void, StorageFailed> =>
  Effect.gen(function* () {
    const read = yield* Effect.forEach(merge.files, ({ path }) =>
      contentsOf(workshop, lakeTable.table, lakeTable.time, parquet([join(workshop.lake, path)]))
    )
    const [now, after] = [together(read), together(merged)]
    const other = merge.files.find(({ rows }, index) => rows !== read[index]?.rows)
    if (other !== undefined)
      return yield* failed(merge, `${other.path} does not hold its ${other.rows} rows; ${ADVICE}`)
    // Another version of DuckDB may compute other hashes: what was read and what was written are compared by one.
    if (now.rows !== after.rows || now.contentHash !== after.contentHash)
      return yield* failed(merge, "the new files do not hold the rows of the old ones; nothing has changed")
  })

/** Writes the files that take the places of others. The caller commits them. */
export const mergeFiles = (
  workshop: Workshop,
  lakeTable: LakeTable,
  merge: Merge,
  seq: number
): Effect.Effect<ReadonlyArray<LakeFile>, StorageFailed> =>
  Effect.gen(function* () {
    const { files, level, month } = merge
    const { table, time } = lakeTable
    const from = parquet(files.map(({ path }) => join(workshop.lake, path)))
    const parts = yield* partsOf(workshop, merge, from)
    const merged = yield* Effect.forEach(parts, (part) =>
      writeLakeFile(workshop, {
        table,
        level,
        month,
        time,
        seq,
        from: `(FROM ${from} WHERE ${part})`,
        contents: undefined
      })
    )
    const [before, after] = [together(files), together(merged)]
    if (before.rows !== after.rows || before.contentHash !== after.contentHash)
      yield* findDamage(workshop, lakeTable, merge, merged)
    return merged
  }).pipe(Effect.mapError(({ why }) => failed(merge, why)))
