/**
 * Rows of slots that `prune` has removed from the tables and that the earlier export holds. An export carries them
 * over from the export that it replaces, so that the Parquet files keep growing while the tables do not.
 */
import { join } from "node:path"
import { quotedString as literal, quotedIdentifier as quoted } from "@duckdb/node-api"
import { Effect } from "effect"
import type { StorageFailed } from "../../../domain/errors.ts"
import type { PublicTable } from "../../../domain/read/view.ts"
import { slotText } from "../../../domain/units/time.ts"
import type { Snapshot } from "../../sqlite/database/Snapshot.ts"
import { cutoffsIn } from "../../sqlite/records/prune-cutoffs.ts"
import { columnsOf } from "../staging/kinds.ts"
import type { Building } from "./replacement.ts"

/** The rows of a pruned table that an earlier export holds. */
export interface PrunedRows {
  /** Rows of slots before this one are in no table any more: `2026-11-22T12:15:00Z`. */
  readonly before: string
  /** Parquet files of the table, below the folder of the export. */
  readonly paths: ReadonlyArray<string>
}

/** Returns the pruned rows by table. Tables that were never pruned, or never exported, have none. */
export const readPrunedRows = (
  snapshot: Snapshot,
  { earlier }: Building
): Effect.Effect<ReadonlyMap<string, PrunedRows>, StorageFailed> =>
  Effect.map(cutoffsIn(snapshot), (cutoffs) => {
    const found = cutoffs.flatMap(({ before, table: { lake } }) => {
      const { name } = lake.table
      if (lake.time !== "snapshot_time") return []
      const files = earlier.filter(({ format, table }) => format === "parquet" && table === name)
      return [[name, { before: slotText(before.lead), paths: files.map(({ path }) => path) }] as const]
    })
    return new Map(found.filter(([, { paths }]) => paths.length > 0))
  })

/** Selects the rows before the cut-off in some of the earlier files. */
export const prunedSql = ({ path }: Building, { before }: PrunedRows, paths: ReadonlyArray<string>): string =>
  `SELECT * FROM read_parquet([${paths.map((file) => literal(join(path, file))).join(", ")}], hive_partitioning = false)
   WHERE snapshot_time < TIMESTAMPTZ ${literal(before)}`

/** Selects the rows of the staged table and those of the earlier files. Columns that those lack are NULL. */
export const withPrunedSql = (table: PublicTable, pruned: string): string =>
  `SELECT ${columnsOf(table).map(quoted).join(", ")}
   FROM (SELECT * FROM main.${quoted(table.name)} UNION ALL BY NAME ${pruned})`
