/**
 * Writes a Parquet file of the lake: under a temporary name, read back from the disk and compared, synced, and then
 * renamed. A file that has no row in `lake_files` is a leftover, wherever its writer stopped.
 */
import { randomBytes } from "node:crypto"
import { mkdir, rename, rm, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import type { PublicTable } from "../../domain/read/view.ts"
import { now } from "../clock/now.ts"
import { sha256Of } from "../files/sha256.ts"
import { syncPath } from "../files/sync.ts"
import { type Contents, contentsOf, parquet } from "./contents.ts"
import type { LakeFile, LakeLevel } from "./records.ts"
import { onFile, type Workshop } from "./workshop.ts"

/** The rows of a row group. A question about one market reads the row groups that hold the market. */
const GROUP_ROWS = 122_880

/**
 * The most distinct values of a column of a row group that are numbered in a dictionary. Columns with more, such as
 * volumes, take less as they are: rows are sorted by market, so the same values follow each other.
 */
const DICTIONARY_VALUES_MAX = 1000

/** The level of zstd. A file of an hour is soon merged; the others stay, and take a quarter less at level 9. */
const zstdOf = (level: LakeLevel): number => (level === "hour" ? 3 : 9)

const optionsOf = (level: LakeLevel): string =>
  `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL ${zstdOf(level)}, ROW_GROUP_SIZE ${GROUP_ROWS}, DICTIONARY_SIZE_LIMIT ${DICTIONARY_VALUES_MAX}`

interface FileToWrite {
  readonly table: PublicTable
  readonly level: LakeLevel
  /** The UTC month of all rows, or `null` for a table as of a flush. */
  readonly month: string | null
  /** The column of the time, if the table is one of facts. */
  readonly time: string | undefined
  /** The watermark of the work that makes the file. */
  readonly seq: number
  /** The relation whose rows it holds, with the table's columns and, in a table of facts, `seq`. */
  readonly from: string
  /** The contents of the relation, if they are known. */
  readonly contents: Pick<Contents, "contentHash" | "rows"> | undefined
}

/** A random part makes the name of a file that was given up different from that of the next attempt. */
const nameOf = ({ level, seq }: FileToWrite): string =>
  `${level}-${seq}-${randomBytes(4).toString("hex")}.parquet`

/** Matches the names that `nameOf` makes, and those of unfinished files. */
export const FILE_NAME = /^(?:hour|day|month|whole)-\d+-[0-9a-f]{8}\.parquet(?:\.part)?$/

export const partitionOf = (table: string, month: string | null): string =>
  month === null ? table : join(table, `month=${month}`)

/** The column that keeps rows together: of a market, or of an event or series. */
export const leaderOf = ({ columns, key }: PublicTable): string =>
  "ticker" in columns ? "ticker" : (key[0] ?? "")

/** The order of rows: those of a market together, in the order of time. */
const orderOf = (table: PublicTable, time: string | undefined): string =>
  [...new Set([leaderOf(table), ...(time === undefined ? [] : [time]), ...table.key])].map(quoted).join(", ")

const selectOf = ({ from, table, time }: FileToWrite): string => {
  const columns = [...new Set([...Object.keys(table.columns), ...(time === undefined ? [] : ["seq"])])]
  return `SELECT ${columns.map(quoted).join(", ")} FROM ${from} ORDER BY ${orderOf(table, time)}`
}

const DIFFERS =
  "it does not hold the rows that were written into it: the disk or the memory is failing; nothing of the lake has changed"

/** Writes a file, and returns the row of `lake_files` that lists it. The caller commits it. */
export const writeLakeFile = (
  workshop: Workshop,
  wanted: FileToWrite
): Effect.Effect<LakeFile, StorageFailed> =>
  Effect.gen(function* () {
    const { level, month, table, time } = wanted
    const path = join(partitionOf(table.name, month), nameOf(wanted))
    const whole = join(workshop.lake, path)
    const part = `${whole}.part`
    const inWords = Effect.mapError(
      ({ cause, why }: StorageFailed) => new StorageFailed({ operation: `writing ${whole}`, why, cause })
    )
    return yield* Effect.gen(function* () {
      yield* onFile(whole, () => mkdir(dirname(whole), { recursive: true }))
      yield* workshop.duck.run(`COPY (${selectOf(wanted)}) TO ${literal(part)} (${optionsOf(level)})`)
      yield* onFile(whole, () => syncPath(part))
      const written = yield* contentsOf(workshop, table, time, parquet([part]))
      const { contents = written } = wanted
      if (written.rows !== contents.rows || written.contentHash !== contents.contentHash)
        return yield* new StorageFailed({ operation: `writing ${whole}`, why: DIFFERS })
      const sha256 = yield* onFile(whole, () => sha256Of(part))
      const { size } = yield* onFile(whole, () => stat(part))
      yield* onFile(whole, async () => {
        await rename(part, whole)
        await syncPath(dirname(whole))
      })
      return { ...written, path, table: table.name, level, month, bytes: size, sha256, addedAt: yield* now }
    }).pipe(inWords, Effect.ensuring(Effect.promise(() => rm(part, { force: true }).catch(() => undefined))))
  })
