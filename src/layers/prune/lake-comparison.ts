/**
 * Tells whether the lake holds the rows of a hot table. DuckDB computes the same hash over all columns of the rows on
 * both sides: of the current files of a day once, and of the stored rows a few spans at a time. What counts is that
 * each stored row is there: the lake may hold more, because rows of its days may have left SQLite before.
 */
import { join } from "node:path"
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect, type Scope, Stream } from "effect"
import { StorageFailed } from "../../domain/errors.ts"
import { lakeColumns, selectRows } from "../../domain/read/lake.ts"
import type { HotTable } from "../../domain/read/retention.ts"
import { type SlotSeconds, timeText } from "../../domain/units/time.ts"
import { openDuck } from "../duckdb/Duck.ts"
import { columnsOf, kindOf, sqlType } from "../duckdb/staging/kinds.ts"
import { columnsOfRows, fillStaged } from "../duckdb/staging/staged-table.ts"
import { CHUNK_ROWS } from "../duckdb/staging/vectors.ts"
import { lakePath } from "../files/data-dir.ts"
import { workFolder } from "../files/work-folder.ts"
import type { Snapshot } from "../sqlite/database/Snapshot.ts"

/** The hashes of a day of prices at the size of the exchange take 0.2 GB. DuckDB spills what exceeds the limit. */
const MEMORY_MEGABYTES = 512

/** Consecutive spans: from the first second of the first one to the first second after the last one. */
export interface SpanRange {
  readonly from: SlotSeconds
  readonly to: SlotSeconds
}

export interface LakeComparison {
  /** Reads the lake's rows of some spans, in the place of those read before. */
  readonly readLake: (snapshot: Snapshot, range: SpanRange) => Effect.Effect<void, StorageFailed>
  /**
   * Returns the first span with a row that the lake lacks, and the number of its rows that are missing. Rows of
   * observations after `seq` are not looked at. The lake's rows of these spans have been read.
   */
  readonly firstMissing: (
    snapshot: Snapshot,
    range: SpanRange,
    seq: number
  ) => Effect.Effect<{ readonly span: SlotSeconds; readonly rows: number } | undefined, StorageFailed>
}

const SELECT_FILES = `
  SELECT path FROM lake_files
  WHERE table_name = ? AND retired_at IS NULL AND last_time >= ? AND first_time < ? ORDER BY path`

/** Builds the hash of a row. A time that the exchange sends with more or fewer digits counts to the second. */
const hashSql = ({ coarseTime, lake: { table, time } }: HotTable): string => {
  const values = columnsOf(table).map((column) => {
    const value = `CAST(${quoted(column)} AS ${sqlType(table, column)})`
    return coarseTime && column === time ? `date_trunc('second', ${value})` : value
  })
  return `hash(${values.join(", ")})`
}

export const openComparison = (
  dataDir: string,
  hot: HotTable
): Effect.Effect<LakeComparison, StorageFailed, Scope.Scope> =>
  Effect.gen(function* () {
    const { perSecond, spanSeconds } = hot
    const { table, time } = hot.lake
    const duck = yield* openDuck({
      memoryMegabytes: MEMORY_MEGABYTES,
      spillFolder: yield* workFolder("prune", dataDir),
      onError: (why) =>
        new StorageFailed({ operation: "comparing with the lake", why: why.split("\n")[0] ?? why })
    })
    const spanSql = `epoch_us(${quoted(time)}) // ${spanSeconds * 1_000_000} * ${spanSeconds}`

    return {
      readLake: (snapshot, { from, to }) =>
        Effect.gen(function* () {
          const files = yield* snapshot.query(SELECT_FILES, [table.name, timeText(from), timeText(to)])
          const paths = files.map(([path]) => literal(join(lakePath(dataDir), String(path))))
          const rows =
            paths.length === 0
              ? "SELECT 0::UBIGINT AS h WHERE false"
              : `SELECT ${hashSql(hot)} AS h FROM read_parquet([${paths.join(", ")}], hive_partitioning = false)
                 WHERE ${quoted(time)} >= TIMESTAMPTZ '${timeText(from)}' AND ${quoted(time)} < TIMESTAMPTZ '${timeText(to)}'`
          yield* duck.run(`CREATE OR REPLACE TABLE held AS ${rows}`)
        }),
      firstMissing: (snapshot, { from, to }, seq) =>
        Effect.gen(function* () {
          const columns = columnsOf(table)
          const range = [from * perSecond, to * perSecond - 1, 0, seq]
          yield* fillStaged(duck, {
            name: table.name,
            columns: lakeColumns(table).map((name) => ({
              name,
              kind: name === "seq" ? "integer" : kindOf(table, name)
            })),
            chunks: Stream.map(
              snapshot.batches(selectRows(hot.lake, columns), CHUNK_ROWS, range),
              columnsOfRows
            )
          })
          const result = yield* duck.run(
            `SELECT ${spanSql} AS span, count(*) FROM staged.${quoted(table.name)}
             WHERE NOT EXISTS (SELECT 1 FROM held WHERE h = ${hashSql(hot)}) GROUP BY span ORDER BY span LIMIT 1`
          )
          const [first] = yield* Effect.promise(() => result.getRows())
          return first === undefined ? undefined : { span: Number(first[0]), rows: Number(first[1]) }
        })
    }
  })
