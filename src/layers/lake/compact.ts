/** Merges files of the lake into fewer and larger ones, sorted by ticker and time. */
import { join } from "node:path"
import { Effect } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import type { LakeTable } from "../../domain/read/lake.ts"
import { contentsOf, parquet, together } from "./contents.ts"
import { namingDamage, requireIntact } from "./damage.ts"
import { leaderOf, writeLakeFile } from "./lake-file.ts"
import { FILE_ROWS_MAX, type Merge } from "./merge-plan.ts"
import type { LakeFile } from "./records.ts"
import type { Workshop } from "./workshop.ts"

const failed = ({ month, table }: Merge, why: string) =>
  new StorageFailed({ operation: `merging the files of ${table} of ${month} in the lake`, why })

/** Returns the conditions that cut rows by what keeps them together into parts of about `FILE_ROWS_MAX` rows. */
const partsOf = (
  { rows }: Workshop,
  { table }: LakeTable,
  { files }: Merge,
  from: string
): Effect.Effect<ReadonlyArray<string>, StorageFailed> =>
  Effect.gen(function* () {
    if (together(files).rows <= FILE_ROWS_MAX) return ["true"]
    const leader = leaderOf(table)
    const firsts = yield* rows(
      `SELECT hex(encode(min(${leader}))) FROM (
         SELECT ${leader}, (sum(n) OVER (ORDER BY ${leader}) - n) // ${FILE_ROWS_MAX} AS part
         FROM (SELECT ${leader}, count(*) AS n FROM ${from} GROUP BY ${leader})
       ) GROUP BY part ORDER BY part`
    )
    // A name may have any character, and not each of them can stand in a statement.
    const bound = (row: ReadonlyArray<unknown> | undefined) => `decode(unhex('${row?.[0]}'))`
    return firsts.map((first, index) =>
      [
        index === 0 ? "true" : `${leader} >= ${bound(first)}`,
        index === firsts.length - 1 ? "true" : `${leader} < ${bound(firsts[index + 1])}`
      ].join(" AND ")
    )
  })

/**
 * Fails unless the new files hold the rows of the old ones. They are read and hashed by one DuckDB, because another
 * version may compute other hashes than those that were recorded.
 */
const compare = (
  workshop: Workshop,
  { table, time }: LakeTable,
  merge: Merge,
  from: string,
  merged: ReadonlyArray<LakeFile>
): Effect.Effect<void, StorageFailed> =>
  Effect.gen(function* () {
    yield* requireIntact(workshop.lake, merge.files)
    const [before, after] = [yield* contentsOf(workshop, table, time, from), together(merged)]
    if (before.rows !== after.rows || before.contentHash !== after.contentHash)
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
    const parts = yield* partsOf(workshop, lakeTable, merge, from)
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
      yield* compare(workshop, lakeTable, merge, from, merged)
    return merged
  }).pipe(namingDamage(workshop.lake, merge.files))
